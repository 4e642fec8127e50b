import { expect, test } from "bun:test";
import fc from "fast-check";
import { fakeClock } from "../fake-clock.fixture.ts";
import type { Grant } from "./grant.ts";
import { createRateLimit, type QuotaExceeded } from "./rate-limit.ts";

const grant = (key: string, patternsPerMinute: number | null = null): Grant => ({
  key,
  token: "doc",
  scopes: null,
  prefixes: null,
  patternsPerMinute,
});

function refusal(work: () => unknown): QuotaExceeded {
  try {
    work();
  } catch (error) {
    return error as QuotaExceeded;
  }
  throw new Error("it was not refused");
}

test("a bucket holds a minute's worth and fills up evenly", () => {
  const clock = fakeClock();
  const limit = createRateLimit(clock, 60);
  expect(limit.take(grant("a"), 45)).toEqual({
    "ratelimit-policy": '"purge";q=60;w=60',
    ratelimit: '"purge";r=15;t=45',
  });
  const { code, headers } = refusal(() => limit.take(grant("a"), 20));
  expect([code, headers["retry-after"], headers.ratelimit]).toEqual([
    "quota_exceeded",
    "5",
    '"purge";r=15;t=45',
  ]);
  clock.advance(5_000);
  expect(limit.take(grant("a"), 20).ratelimit).toBe('"purge";r=0;t=60');
  clock.advance(3_600_000);
  expect(limit.take(grant("a"), 0).ratelimit).toBe('"purge";r=60;t=0');
});

test("each key has its own, and may have another quota", () => {
  const limit = createRateLimit(fakeClock(), 60);
  limit.take(grant("a"), 60);
  expect(limit.take(grant("b"), 1).ratelimit).toBe('"purge";r=59;t=1');
  expect(limit.take(grant("c", 600), 1)["ratelimit-policy"]).toBe('"purge";q=600;w=60');
});

test("what is more than a minute's worth can never be, so nothing is said of when", () => {
  const limit = createRateLimit(fakeClock(), 60);
  expect(refusal(() => limit.take(grant("a"), 61)).headers["retry-after"]).toBeUndefined();
  limit.take(grant("a"), 60);
});

test("in no span of time more is let through than the bucket and what ran in meanwhile", () => {
  const steps = fc.array(fc.tuple(fc.nat(20_000), fc.nat(80)), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (calls) => {
      const clock = fakeClock();
      const limit = createRateLimit(clock, 60);
      let taken = 0;
      let passedMs = 0;
      for (const [ms, patterns] of calls) {
        clock.advance(ms);
        passedMs += ms;
        try {
          limit.take(grant("a"), patterns);
          taken += patterns;
        } catch {}
        expect(taken).toBeLessThanOrEqual(60 + passedMs / 1000 + 1e-6);
      }
    }),
  );
});
