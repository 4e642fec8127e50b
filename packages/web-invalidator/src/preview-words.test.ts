import { expect, test } from "bun:test";
import { plainToken } from "@freshet/core";
import { makePreview } from "./preview.ts";
import { previewSummary, spokenSummary } from "./preview-words.ts";
import { en } from "./texts/en.ts";

function previewOf(text: string) {
  return makePreview(text, "original", plainToken("doc"));
}

const summaries: [text: string, sentence: string][] = [
  ["", "Nothing pasted yet."],
  ["/a.io/x", "1 original."],
  ["/a.io/x\n/a.io/y\n/a.io/*", "2 originals, 1 folder."],
  ["/*", "everything."],
  ["<p>hello</p>", "There is no address in this."],
  ["1\t/a.io/x\tsea", "1 original; 2 cells without an address left out."],
  ["20", "1 line cannot be read and will not be sent."],
  ["/a.io/x\n20\n21\na.io/x", "1 original; 2 lines cannot be read and will not be sent; 1 duplicate folded."],
];

for (const [text, sentence] of summaries) {
  test(`previewSummary says ${sentence} of ${JSON.stringify(text)}`, () => {
    expect(previewSummary(previewOf(text), text, en)).toBe(sentence);
  });
}

test("previewSummary claims nothing without a key", () => {
  expect(previewSummary(null, "/a.io/x", en)).toStartWith("Enter your client key");
  expect(previewSummary(null, " \n", en)).toBe("Nothing pasted yet.");
});

test("spokenSummary reads the first problem out, since the list itself is silent", () => {
  const spoken = (text: string) => spokenSummary(previewOf(text), text, en);
  expect(spoken("/a.io/x\n20\n21")).toMatch(/not be sent\. 20: "20" is not a host name/);
  expect(spoken("/a.io/x")).toBe("1 original.");
});
