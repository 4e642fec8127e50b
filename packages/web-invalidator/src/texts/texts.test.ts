import { expect, test } from "bun:test";
import { FreshetError, plainToken, readPurgePath, translateV6 } from "@freshet/core";
import { de } from "./de.ts";
import { en, page } from "./en.ts";

type Nested = { readonly [name: string]: unknown };

/** Names of all texts, those of groups with a dot. */
function names(texts: Nested, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? names(value as Nested, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

test("German says all that English says", () => {
  expect(names({ ...de, page: de.page ?? {} }).sort()).toEqual(names({ ...en, page }).sort());
});

test("no text is empty, and no German one is an English sentence", () => {
  const german: Nested = { ...de.page };
  for (const [name, text] of Object.entries(page)) {
    expect(german[name]).not.toBe("");
    if (text.split(" ").length > 2) expect(german[name]).not.toBe(text);
  }
});

const token = { ...plainToken("doc", ["img.example"]), aliases: { _a_: "https://a.io" } };
const lines = [
  "",
  "/",
  "20",
  "/flat.jpg",
  "/a.io/x.jpg?w=5",
  "/a.io/*/x",
  "/a.io/*?w=1",
  "/a.io/*",
  "https://img.example/v7/a.io/x.jpg?vh=2&ci_info=1",
  "ftp://a.io/x.jpg",
  "https://me@a.io/x.jpg",
  "/a.io/../x.jpg",
  "/a.io/%00.jpg",
  "/a.io/%ff.jpg",
  `/a.io/${"a".repeat(9000)}`,
  `/a.io/x.jpg?${"a=1&".repeat(200)}`,
  "/v7/v7m/x",
  "/width/500/n/a.io/x.jpg",
  "https://",
  "http:///x",
  "//a.io",
  "/[::x]/a",
  "/a..b/c.jpg",
  "https://img.example/https://img.example/x.jpg",
  "/img.example/a.jpg",
];

test("every sentence of core that these lines bring about is said in German", () => {
  const english = lines.flatMap((line) =>
    (["original", "urls"] as const).flatMap((scope) =>
      (["v7", "v6"] as const).flatMap((api) => {
        const reading = readPurgePath(line, scope, token, api);
        return "problem" in reading ? [reading.problem] : reading.notes;
      }),
    ),
  );
  expect(english.length).toBeGreaterThan(40);
  expect(english.filter((sentence) => de.sentence(sentence) === sentence)).toEqual([]);
});

test("a sentence that nobody translated stays as it is", () => {
  expect(de.sentence("something new went wrong")).toBe("something new went wrong");
});

test("what cannot be translated from v6 is said in German", () => {
  expect(de.sentence(translateV6("/a.io/x.jpg").notes[0] as string)).toContain("keine URL von v6");
  expect(() => translateV6("/width/500/n/")).toThrow(FreshetError);
});

test("a limit says from when on it goes on", () => {
  const problem = { name: "limit", waitS: 12, untilMs: 5 } as const;
  expect(en.problem(problem, (atMs) => `T${atMs}`)).toBe(
    "This key has renewed as much as it may for now. Try again in 12 seconds, at T5.",
  );
  expect(de.problem(problem, (atMs) => `T${atMs}`)).toContain("Wieder in 12 Sekunden, um T5");
});
