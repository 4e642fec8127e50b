import { describe, expect, test } from "bun:test";
import { type ComparedText, isSameText, matchesDigits } from "./same-text.ts";

describe("isSameText", () => {
  test.each([
    ["", "", true],
    ["abc", "abc", true],
    ["abc", "abd", false],
    ["bbc", "abc", false],
    ["ab", "abc", false],
    ["abc", "ab", false],
  ])("%p and %p: %p", (given, expected, isSame) => {
    expect(isSameText(given, expected)).toBe(isSame);
  });

  test.each([["zbcdef"], ["abcdez"], ["abcdef"]])("looks at every character, also of %s", (given) => {
    const seen: number[] = [];
    const watched: ComparedText = {
      length: 6,
      charCodeAt(at) {
        seen.push(at);
        return "abcdef".charCodeAt(at);
      },
    };
    isSameText(given, watched);
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe("matchesDigits", () => {
  const hash = (text: string) => text.padEnd(40, "0");
  test.each([
    ["abcdef", ["abcdef1"], true],
    ["ABCDEF1", ["abcdef1"], true],
    ["abcdef1", ["999999", "abcdef1"], true],
    [`abcdef1${"0".repeat(33)}`, ["abcdef1"], true],
    [`abcdef1${"0".repeat(34)}`, ["abcdef1"], false],
    ["abcde", ["abcdef1"], false],
    ["abcdef2", ["abcdef1"], false],
    ["", [""], false],
    ["abcdeg", ["abcdeg"], false],
    ["abcdef\n", ["abcdef"], false],
    ["abcdef", [], false],
  ])("%p of %p: %p", (digits, candidates, matches) => {
    expect(matchesDigits(digits, candidates, hash)).toBe(matches);
  });
});
