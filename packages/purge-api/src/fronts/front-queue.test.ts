import { expect, test } from "bun:test";
import fc from "fast-check";
import { FrontError, type FrontLimits } from "./front.ts";
import { createFrontQueue } from "./front-queue.ts";
import { handTime, idle } from "./hand-time.fixture.ts";

const generous: FrontLimits = {
  callTags: 3,
  callChars: 9,
  jobTags: 100,
  counts: "calls",
  burst: 1_000,
  perSecond: 1_000,
};

/** A queue before a front whose calls a test answers one by one. */
function setUp(limits: Partial<FrontLimits> = {}, deadlineMs = 10_000) {
  const time = handTime();
  const calls: { tags: string; mode: string; atMs: number; end: PromiseWithResolvers<void> }[] = [];
  const front = {
    limits: { ...generous, ...limits },
    rebounds: true,
    purge(tags: readonly string[], mode: string) {
      const end = Promise.withResolvers<void>();
      calls.push({ tags: tags.join(" "), mode, atMs: time.clock.monotonicMs(), end });
      return end.promise;
    },
  };
  const queue = createFrontQueue({ front, ...time, deadlineMs, random: () => 1 });
  const outcomes: Record<string, string> = {};
  return {
    ...time,
    queue,
    calls,
    outcomes,
    order(name: string, tags: string, mode: "hard" | "soft" = "hard") {
      outcomes[name] = "waits";
      queue.purge({ tags: tags.split(" "), mode, onAttempt: () => {} }).then(
        () => {
          outcomes[name] = "purged";
        },
        (error) => {
          outcomes[name] = error.message;
        },
      );
    },
    async answer(at: number, error?: Error) {
      if (error) calls[at]?.end.reject(error);
      else calls[at]?.end.resolve();
      await idle();
    },
  };
}

const said = (calls: readonly { tags: string }[]) => calls.map(({ tags }) => tags);

test("what is ordered during a call is not served by it, even if it carries the same tag", async () => {
  const { order, calls, answer, outcomes } = setUp();
  order("first", "a");
  await idle();
  order("second", "a");
  await answer(0);
  expect([outcomes, said(calls)]).toEqual([{ first: "purged", second: "waits" }, ["a", "a"]]);
  await answer(1);
  expect(outcomes.second).toBe("purged");
});

test("orders that wait go out together, each tag once, as many as a call takes", async () => {
  const { order, calls, answer, outcomes } = setUp();
  order("busy", "x");
  await idle();
  for (const [name, tags] of Object.entries({ one: "a b", two: "b c", three: "d" })) order(name, tags);
  await answer(0);
  await answer(1);
  expect(said(calls)).toEqual(["x", "a b c", "d"]);
  expect(outcomes).toMatchObject({ one: "purged", two: "purged", three: "waits" });
});

test("a call has no more characters than the front takes, except for a tag that is longer by itself", async () => {
  const { order, calls, answer } = setUp();
  order("job", "abcdefghijkl 1234 5678 9");
  for (let at = 0; at < 3; at++) {
    await idle();
    await answer(at);
  }
  expect(said(calls)).toEqual(["abcdefghijkl", "1234 5678", "9"]);
});

test("hard and soft are never mixed in one call", async () => {
  const { order, calls, answer } = setUp();
  order("busy", "x");
  await idle();
  order("soft", "a", "soft");
  order("hard", "b");
  await answer(0);
  await answer(1);
  expect(calls.map(({ tags, mode }) => [tags, mode])).toEqual([
    ["x", "hard"],
    ["a", "soft"],
    ["b", "hard"],
  ]);
});

test("a front that fails is tried again, later each time, and no sooner than it asks", async () => {
  const { order, calls, answer, outcomes, advance } = setUp();
  order("job", "a");
  await idle();
  await answer(0, new FrontError("busy"));
  await advance(250);
  await answer(1, new FrontError("busy"));
  await advance(500);
  await answer(2, new FrontError("busy", { retryAfterMs: 3_000 }));
  await advance(3_000);
  await answer(3);
  expect(calls.map(({ atMs }) => atMs)).toEqual([0, 250, 750, 3_750]);
  expect(outcomes.job).toBe("purged");
});

test("an order is given up at its deadline, and those that came later go on", async () => {
  const { order, answer, outcomes, advance, calls } = setUp({}, 300);
  order("old", "a");
  await idle();
  await advance(200);
  order("new", "b");
  await answer(0, new FrontError("down"));
  await advance(250);
  await answer(1, new FrontError("still down"));
  expect(outcomes).toEqual({ old: "still down", new: "waits" });
  await advance(500);
  expect(said(calls)).toEqual(["a", "a b", "b"]);
});

test("what time does not mend is not tried again, and does not hold up other orders", async () => {
  const { order, answer, outcomes, calls } = setUp();
  order("bad", "a");
  await idle();
  order("good", "b");
  await answer(0, new FrontError("the key is wrong", { isFinal: true }));
  await answer(1);
  expect(outcomes).toEqual({ bad: "the key is wrong", good: "purged" });
  expect(calls).toHaveLength(2);
});

test.each([
  ["calls", [0, 0, 1_000, 2_000]],
  ["tags", [0, 1_000, 3_000, 5_000]],
] as const)("no more %s than the bucket gives: two at once, then one a second", async (counts, times) => {
  const { order, calls, answer, advance } = setUp({ counts, burst: 2, perSecond: 1, callTags: 2 });
  for (let at = 0; at < 4; at++) {
    order(`job ${at}`, `a${at} b${at}`);
    for (let second = 0; second < 9 && calls.length <= at; second++) await advance(1_000);
    await answer(at);
  }
  // The clock has moved in whole seconds, so calls are as late as it and no later.
  const gaps = calls.map(({ atMs }) => atMs);
  for (const [at, ms] of times.entries()) expect(gaps[at]).toBeGreaterThanOrEqual(ms);
});

test("every order is purged entirely by calls that began after it, whatever arrives when", async () => {
  const step = fc.oneof(
    fc.record({ tags: fc.uniqueArray(fc.constantFrom(..."abcdefg"), { minLength: 1 }) }),
    fc.constant("answer" as const),
    fc.constant("fail" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { order, calls, answer, outcomes, advance } = setUp({}, 1e9);
      const orders: { tags: string[]; after: number }[] = [];
      const purged: string[][] = [];
      let answered = 0;
      async function answerNext(error?: Error) {
        if (answered >= calls.length) return;
        purged[answered] = error ? [] : (calls[answered]?.tags.split(" ") ?? []);
        await answer(answered++, error);
        await advance(100_000);
      }
      for (const one of steps) {
        if (one === "answer") await answerNext();
        else if (one === "fail") await answerNext(new FrontError("no"));
        else {
          order(`job ${orders.length}`, one.tags.join(" "));
          orders.push({ tags: one.tags, after: calls.length });
          await idle();
        }
      }
      while (answered < calls.length) await answerNext();
      for (const [at, { tags, after }] of orders.entries()) {
        expect(outcomes[`job ${at}`]).toBe("purged");
        expect(purged.slice(after).flat()).toEqual(expect.arrayContaining(tags));
      }
      for (const { tags } of calls) expect(tags.split(" ").length).toBeLessThanOrEqual(3);
    }),
    { numRuns: 100 },
  );
});

test("calls are counted, those that failed and were tried again among them, and when one worked last", async () => {
  const { order, calls, answer, advance, queue, clock } = setUp();
  expect(queue.counts()).toEqual({
    ...{ requests: 0, retries: 0, failures: 0, failing: 0, waiting: 0, lastSuccessAt: null },
  });
  order("one", "a");
  await idle();
  order("two", "b");
  await answer(0, new FrontError("busy"));
  expect(queue.counts()).toMatchObject({ requests: 1, retries: 0, failures: 1, failing: 1, waiting: 2 });
  await advance(250);
  await answer(1, new FrontError("still busy"));
  await advance(500);
  await answer(2);
  expect(said(calls)).toEqual(["a", "a b", "a b"]);
  expect(queue.counts()).toEqual({
    ...{ requests: 3, retries: 2, failures: 2, failing: 0, waiting: 0, lastSuccessAt: clock.wallMs() },
  });
  order("three", "c");
  await idle();
  await answer(3);
  expect(queue.counts()).toMatchObject({ requests: 4, retries: 2 });
});
