import { expect, test } from "bun:test";
import { type PathScope, plainToken } from "@freshet/core";
import { makePreview, mendedText, type PreviewEntry } from "./preview.ts";

const token = { ...plainToken("doc", ["img.example"]), aliases: { _cms_: "https://cms.example/files" } };

function words(entry: PreviewEntry | undefined): string {
  if (!entry) return "nothing";
  return "problem" in entry
    ? `problem: ${entry.problem}`
    : [`${entry.kind} ${entry.target}`, ...entry.notes].join("; ");
}

const readings: [line: string, scope: PathScope, expected: string][] = [
  ["/sample.li/flat.jpg", "original", "original /sample.li/flat.jpg"],
  ["sample.li/flat.jpg", "original", "original /sample.li/flat.jpg"],
  ["https://img.example/sample.li/a.jpg", "original", "original /sample.li/a.jpg; host img.example left out"],
  ["/v7/sample.li/a.jpg", "original", "original /sample.li/a.jpg; /v7/ left out"],
  [
    "https://img.example/v7/sample.li/a.jpg?vh=2",
    "original",
    "original /sample.li/a.jpg; host img.example left out; /v7/ left out; vh ignored: every version is purged",
  ],
  ["_cms_/a.jpg", "original", "original /cms.example/files/a.jpg"],
  ["/sample.li/folder/*", "original", "prefix /sample.li/folder/*"],
  ["/*", "original", "all /*"],
  ["/sample.li/a.jpg?h=300&w=500", "urls", "url /sample.li/a.jpg [crop=500x300]"],
];

for (const [line, scope, expected] of readings) {
  test(`makePreview reads ${line} with scope ${scope} as ${expected}`, () => {
    const { entries, urls, problems } = makePreview(line, scope, token);
    expect(words(entries[0])).toBe(expected);
    expect({ urls, problems }).toEqual({ urls: [line], problems: 0 });
  });
}

const refusals: [line: string, scope: PathScope, expected: string][] = [
  ["/sample.li/a.jpg?w=500", "original", "leave the query out"],
  ["/sample.li/*/a.jpg", "original", "only stand at the end"],
  ["/sample.li/*", "urls", 'needs scope "original"'],
  ["20", "original", "is not a host name"],
];

for (const [line, scope, expected] of refusals) {
  test(`makePreview does not send ${line} with scope ${scope} and says why`, () => {
    const { entries, urls, problems } = makePreview(line, scope, token);
    expect(words(entries[0])).toStartWith("problem: ");
    expect(words(entries[0])).toContain(expected);
    expect({ urls, problems }).toEqual({ urls: [], problems: 1 });
  });
}

test("makePreview folds lines that mean the same, and sends the first of them", () => {
  const preview = makePreview(
    "sample.li/a.jpg\n/v7/sample.li/a.jpg, https://sample.li/a.jpg",
    "original",
    token,
  );
  expect(preview.entries.map(({ times }) => times)).toEqual([3]);
  expect(preview.urls).toEqual(["sample.li/a.jpg"]);
  expect(preview.duplicates).toBe(2);
});

test("makePreview keeps two sizes of one picture apart with scope urls", () => {
  expect(makePreview("/h.io/a.jpg?w=1\n/h.io/a.jpg?w=2", "urls", token).urls).toHaveLength(2);
});

test("makePreview notices that a line stands for everything", () => {
  expect(makePreview("/a.io/x.jpg\n/*", "original", token).meansAll).toBe(true);
  expect(makePreview("/a.io/*", "original", token).meansAll).toBe(false);
});

test("makePreview notices folders, and cells that are no addresses", () => {
  expect(makePreview("/a.io/x.jpg\n/a.io/*", "original", token)).toMatchObject({
    hasFolders: true,
    meansAll: false,
  });
  expect(makePreview("7\t/a.io/x.jpg\tsea", "original", token)).toMatchObject({
    leftOut: 2,
    hasFolders: false,
  });
});

test("mendedText mends every line that one kind of mend fits, and touches no other", () => {
  const preview = makePreview("/a.io/x.jpg?w=1\n/a.io/y.jpg?vh=1\n20?w=1\n/a.io/*/z", "original", token);
  expect(mendedText(preview, "query")).toBe("/a.io/x.jpg\n/a.io/y.jpg?vh=1\n20?w=1\n/a.io/*/z");
  expect(mendedText(preview, "folder")).toBe("/a.io/x.jpg?w=1\n/a.io/y.jpg?vh=1\n20?w=1\n/a.io/*");
});

test("mendedText makes lines of a page", () => {
  const preview = makePreview('<img src="/a.io/x.jpg?w=1"> <img src="/a.io/y.jpg">', "original", token);
  expect(mendedText(preview, "query")).toBe("/a.io/x.jpg\n/a.io/y.jpg");
});

test("makePreview never leaves a query out with scope urls, where it is what was meant", () => {
  const tooLong = `/a.io/x.jpg?${"w=1&".repeat(200)}`;
  expect(makePreview(tooLong, "urls", token)).toMatchObject({ problems: 1, entries: [{ mend: null }] });
});

test("makePreview reads an empty text as nothing", () => {
  expect(makePreview("\n , \n", "original", token)).toEqual({
    entries: [],
    urls: [],
    problems: 0,
    duplicates: 0,
    leftOut: 0,
    meansAll: false,
    hasFolders: false,
  });
});
