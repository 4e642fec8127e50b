import { describe, expect, test } from "bun:test";
import { chooseFont, fontFamilies, fontFiles, knowsFont } from "./fonts.ts";

const names: readonly [name: string, family: string, style: string][] = [
  ["Arial", "Arimo", ""],
  ["arial", "Arimo", ""],
  ["ARIAL", "Arimo", ""],
  ["Arial-Black", "Archivo Black", ""],
  ["arial black", "Archivo Black", ""],
  ["Arial_Bold", "Arimo", "bold"],
  ["Arial-BoldMT", "Arimo", "bold"],
  ["Arial-BoldItalicMT", "Arimo", "bold italic"],
  ["ArialMT", "Arimo", ""],
  ["Helvetica Oblique", "Arimo", "italic"],
  ["Verdana", "Arimo", ""],
  ["Times", "Gelasio", ""],
  ["Times-New-Roman", "Gelasio", ""],
  ["TimesNewRomanPS-BoldMT", "Gelasio", "bold"],
  ["TimesNewRomanPSMT", "Gelasio", ""],
  ["Georgia-Italic", "Gelasio", "italic"],
  ["Courier New", "Courier Prime", ""],
  ["courier-new-bold", "Courier Prime", "bold"],
  ["Impact", "Anton", ""],
  ["Comic-Sans-MS", "Comic Neue", ""],
  ["Roboto Condensed Bold", "Roboto Condensed", "bold"],
  ["Open-Sans", "Arimo", ""],
  ["Consolas", "Roboto Mono", ""],
  ["Dancing Script", "Dancing Script", ""],
  ["No Such Font", "Arimo", ""],
  ["No Such Font Bold", "Arimo", "bold"],
  ["", "Arimo", ""],
  ["constructor", "Arimo", ""],
];

describe("chooseFont", () => {
  for (const [name, family, style] of names) {
    test(`${name || "(nothing)"} is ${family} ${style}`, () => {
      expect(chooseFont(name)).toEqual({
        family,
        bold: style.includes("bold"),
        italic: style.includes("italic"),
      });
    });
  }

  test("knows which names it stands in for", () => {
    expect(["Arial", "Arial-BoldMT", "Comic Neue", "Nope", ""].map(knowsFont)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

test("no name stands for two families, and each is written as it is compared", () => {
  const all = fontFamilies.flatMap(({ standsFor }) => standsFor);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((name) => !/^[a-z]+$/.test(name))).toEqual([]);
});

test("the files of the fonts are TrueType, under 3 MB together", async () => {
  const files = await Promise.all(fontFiles.map((path) => Bun.file(path).bytes()));
  for (const bytes of files) expect([...bytes.subarray(0, 4)]).toEqual([0, 1, 0, 0]);
  expect(files.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(3_000_000);
});
