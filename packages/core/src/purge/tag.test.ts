import { describe, expect, test } from "bun:test";
import { limits } from "../limits.ts";
import { anyTag, readTag, tagsOf } from "./tag.ts";

test.each([
  ["red", "red"],
  [" Red ", "Red"],
  ["two words", "two%20words"],
  ["a,b", "a%2Cb"],
  ["größe", "gr%C3%B6%C3%9Fe"],
  ["half \ud800", "half%20%EF%BF%BD"],
  ["line\nbreak", "line%0Abreak"],
  ["", null],
  ["  ", null],
  ["x".repeat(1025), null],
])("readTag(%j) is %j", (text, tag) => expect(readTag(text)).toBe(tag));

describe("tagsOf", () => {
  const of = (headers: Record<string, string>) => tagsOf(new Headers(headers));

  test("reads all three headers, each tag once", () => {
    expect(
      of({
        "surrogate-key": "red  blue",
        "cache-tag": "blue, green",
        "cache-groups": '"two words";x=1, "a\\"b"',
      }),
    ).toEqual(["red", "blue", "green", "two%20words", "a%22b"]);
  });

  test("tells no header from an empty one", () => {
    expect(of({})).toBeNull();
    expect(of({ "cache-tag": "" })).toEqual([]);
  });

  test("stands in for what cannot be kept, so that no purge misses it", () => {
    const many = Array.from({ length: limits.originTags + 1 }, (_, at) => `tag${at}`);
    expect(of({ "surrogate-key": many.join(" ") })).toEqual([...many.slice(0, -1), anyTag]);
    expect(of({ "cache-tag": `red, ${"x".repeat(1025)}` })).toEqual(["red", anyTag]);
  });
});
