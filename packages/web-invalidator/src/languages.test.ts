import { expect, test } from "bun:test";
import { chooseLanguage, loadTexts } from "./languages.ts";

const table: [search: string, preferred: string[], language: string][] = [
  ["", [], "en"],
  ["", ["de-AT", "en"], "de"],
  ["", ["fr", "de", "en"], "de"],
  ["", ["fr", "ja"], "en"],
  ["?lang=de", ["en"], "de"],
  ["?lang=en", ["de"], "en"],
  ["?lang=xx", ["de"], "de"],
];

for (const [search, preferred, language] of table) {
  test(`chooseLanguage takes ${language} for ${search || "nothing"} and ${preferred}`, () => {
    expect(chooseLanguage(search, preferred)).toBe(language as never);
  });
}

test("loadTexts fetches what is spoken", async () => {
  expect((await loadTexts("de")).language).toBe("de");
  expect((await loadTexts("en")).language).toBe("en");
});
