import { expect, test } from "bun:test";
import { type ErrorCode, FreshetError } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import type { Pointer } from "../origin/pointer-table.ts";
import { createSpareRetries } from "./spare-retries.ts";

function create() {
  const clock = { now: 0, monotonicMs: () => clock.now };
  const spareRetries = createSpareRetries(clock);
  let tries = 0;
  const attempt = async (variant: string, pointers: readonly Pointer[], code: ErrorCode = "image_broken") => {
    const before = tries;
    const result = await spareRetries(variant, pointers, async () => {
      tries++;
      throw new FreshetError(code, "no");
    }).catch((error) => error.code);
    expect(result).toBe(code);
    return tries > before;
  };
  return { clock, spareRetries, attempt };
}

const pointer = (content: string, seq = 1, logId = "log") => ({ content, stamp: { logId, seq } }) as Pointer;

test("a picture that could not be made is not tried again before its time", async () => {
  const { clock, attempt } = create();
  expect(await attempt("v", [pointer("a")])).toBe(true);
  expect(await attempt("v", [pointer("a")])).toBe(false);
  clock.now = serverLimits.refusalMs;
  expect(await attempt("v", [pointer("a")])).toBe(true);
});

test.each([
  ["a purge", pointer("a", 2)],
  ["another log", pointer("a", 1, "other")],
])("%s has it tried again", async (_what, after) => {
  const { attempt } = create();
  await attempt("v", [pointer("a"), pointer("mark")]);
  expect(await attempt("v", [pointer("a"), pointer("mark")])).toBe(false);
  expect(await attempt("v", [after, pointer("mark")])).toBe(true);
});

test("after three pictures that failed no fourth is made of the files, until a purge", async () => {
  const { attempt } = create();
  for (const variant of ["1", "2", "3"]) expect(await attempt(variant, [pointer("a")])).toBe(true);
  expect(await attempt("4", [pointer("a")])).toBe(false);
  expect(await attempt("4", [pointer("b")])).toBe(true);
  expect(await attempt("4", [pointer("a", 2)])).toBe(true);
});

test("what is too large for some pictures may still be small enough for others", async () => {
  const { attempt } = create();
  for (const variant of ["1", "2", "3", "4"]) {
    expect(await attempt(variant, [pointer("a")], "original_too_large")).toBe(true);
  }
});

test("what depends on the moment is tried each time", async () => {
  const { attempt } = create();
  for (let at = 0; at < 5; at++) expect(await attempt("v", [pointer("a")], "overloaded")).toBe(true);
});

test("what works is handed through", async () => {
  const { spareRetries } = create();
  expect(await spareRetries("v", [pointer("a")], async () => 7)).toBe(7);
});
