import { expect, test } from "bun:test";
import { type ErrorCode, FreshetError } from "@freshet/core";
import { createRestingOrigins } from "./resting-origins.ts";

function setUp() {
  const state = { nowMs: 0, asked: 0 };
  const resting = createRestingOrigins({ monotonicMs: () => state.nowMs });
  const attempt = (original: string, code: ErrorCode | null, origin = "https://h") =>
    resting
      .attempt(origin, original, async () => {
        state.asked++;
        if (code) throw new FreshetError(code, "so");
        return "picture";
      })
      .catch((error: FreshetError) => error.code);
  /** Five originals fail. */
  const breakDown = async () => {
    for (const original of "abcde") await attempt(original, "origin_timeout");
  };
  return { state, resting, attempt, breakDown };
}

test("after five different originals have failed in a row an origin is let alone, and others are not", async () => {
  const { state, resting, attempt, breakDown } = setUp();
  await breakDown();
  expect([await attempt("f", null), state.asked, resting.count]).toEqual(["origin_resting", 5, 1]);
  expect(await attempt("f", null, "https://other")).toBe("picture");
});

test("one broken page is no outage, and neither are five between which something works, or five refusals", async () => {
  const { attempt } = setUp();
  for (let times = 0; times < 10; times++) expect(await attempt("a", "origin_down")).toBe("origin_down");
  expect(await attempt("b", null)).toBe("picture");
  for (const original of "cdef") await attempt(original, "origin_down");
  expect(await attempt("b", "origin_not_found")).toBe("origin_not_found");
  for (const original of "ghij") await attempt(original, "origin_not_found");
  expect(await attempt("b", null)).toBe("picture");
});

test("after its rest one goes ahead; while it fails the rest is longer each time, up to half a minute", async () => {
  const { state, attempt, breakDown } = setUp();
  await breakDown();
  for (const restMs of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    state.nowMs += restMs - 1;
    expect([restMs, await attempt("f", null)]).toEqual([restMs, "origin_resting"]);
    state.nowMs += 1;
    expect(await attempt("f", "origin_unreachable")).toBe("origin_unreachable");
  }
});

test("only one goes ahead, and when it succeeds all may", async () => {
  const { state, resting, attempt, breakDown } = setUp();
  await breakDown();
  state.nowMs += 2_000;
  const gate = Promise.withResolvers<string>();
  const ahead = resting.attempt("https://h", "f", () => gate.promise);
  expect(await attempt("g", null)).toBe("origin_resting");
  gate.resolve("picture");
  expect(await ahead).toBe("picture");
  expect([await attempt("g", null), resting.count]).toEqual(["picture", 0]);
});

test("says when to come back", () => {
  const { resting, attempt, breakDown, state } = setUp();
  return breakDown().then(async () => {
    state.nowMs += 500;
    const error = await resting.attempt("https://h", "f", async () => "").catch((error) => error);
    expect([error.status, error.retryAfterSeconds]).toEqual([503, 2]);
    expect(await attempt("f", null)).toBe("origin_resting");
  });
});

test("what was on its way when the rest began neither ends it nor makes it longer", async () => {
  const { state, resting, attempt, breakDown } = setUp();
  const slow = Promise.withResolvers<string>();
  const late = resting.attempt("https://h", "z", () => slow.promise).catch((error) => error.code);
  await breakDown();
  state.nowMs += 1_500;
  slow.reject(new FreshetError("origin_timeout", "late"));
  expect(await late).toBe("origin_timeout");
  state.nowMs += 500;
  expect(await attempt("f", null)).toBe("picture");
});
