import { describe, expect, test } from "bun:test";
import { readIdempotencyKey } from "./idempotency-key.ts";

describe("Idempotency-Key", () => {
  test.each<[string | null, string | null]>([
    [null, null],
    ['"8e03978e-40d5"', "8e03978e-40d5"],
    [' "a b" ', "a b"],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ["8e03978e-40d5", "8e03978e-40d5"],
    [`"${"x".repeat(255)}"`, "x".repeat(255)],
  ])("%s is read", (header, key) => expect(readIdempotencyKey(header)).toBe(key));

  test.each([
    "",
    '""',
    '"a',
    'a"',
    "a b",
    '"a" "b"',
    '"a\\b"',
    '"a";x=1',
    "a,b",
    "ü",
    `"${"x".repeat(256)}"`,
  ])("%s is refused", (header) => expect(() => readIdempotencyKey(header)).toThrow("bad_idempotency_key"));
});
