import { expect, test } from "bun:test";
import { type ErrorCode, FreshetError } from "@freshet/core";
import { serverLimits } from "./limits.ts";
import { createRefusals } from "./refusals.ts";

function create() {
  const clock = { now: 0, monotonicMs: () => clock.now };
  return { clock, refusals: createRefusals<string>(clock) };
}

test.each([
  ["not_an_image", true],
  ["image_broken", true],
  ["original_too_large", true],
  ["overloaded", false],
  ["origin_timeout", false],
  ["internal", false],
] as const satisfies readonly (readonly [ErrorCode, boolean])[])(
  "%s is remembered: %p",
  (code, isRemembered) => {
    const { refusals } = create();
    const error = new FreshetError(code, "x");
    refusals.note("a", error, "about");
    expect(refusals.find("a")?.error ?? null).toBe(isRemembered ? error : null);
    expect(refusals.find("b")).toBeNull();
  },
);

test("other errors are not remembered, nor that there was none", () => {
  const { refusals } = create();
  refusals.note("a", new Error("x"), "about");
  refusals.note("a", null, "about");
  expect(refusals.find("a")).toBeNull();
});

test("it ends when its time is over, which the last failure begins anew", () => {
  const { clock, refusals } = create();
  refusals.note("a", new FreshetError("image_broken", "first"), "1");
  clock.now = serverLimits.refusalMs - 1;
  expect(refusals.find("a")?.about).toBe("1");
  refusals.note("a", new FreshetError("image_broken", "second"), "2");
  clock.now += serverLimits.refusalMs - 1;
  expect(refusals.find("a")?.about).toBe("2");
  clock.now += 1;
  expect(refusals.find("a")).toBeNull();
});

test("there are never more than so many, and the oldest go", () => {
  const { refusals } = create();
  for (let at = 0; at <= serverLimits.rememberedRefusals; at++) {
    refusals.note(String(at), new FreshetError("image_broken", "x"), "");
  }
  expect(refusals.find("0")).toBeNull();
  expect(refusals.find("1")).not.toBeNull();
  expect(refusals.find(String(serverLimits.rememberedRefusals))).not.toBeNull();
});
