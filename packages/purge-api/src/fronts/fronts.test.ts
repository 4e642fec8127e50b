import { describe, expect, test } from "bun:test";
import type { Job } from "../log/log.ts";
import { FrontError } from "./front.ts";
import { createFronts } from "./fronts.ts";
import { handTime, idle } from "./hand-time.fixture.ts";
import { hashText } from "./hash-text.ts";

const job = { uuid: "j", seqTo: 1, invalidated: ["/*"] } as unknown as Job;
const row = { seq: 1, job: "j", token: "doc", kind: "all", pattern: "", mode: "hard" } as const;
const limits = {
  callTags: 9,
  callChars: 999,
  jobTags: 9,
  counts: "calls",
  burst: 99,
  perSecond: 99,
} as const;

/** Fronts that write down when they were purged; `fail` is asked before each purge. */
function setUp(options: {
  fronts: Record<string, { tier?: number; rebounds?: boolean; fail?: () => Error | null }>;
  isReboundAwaited?: boolean;
}) {
  const time = handTime();
  const purges: string[] = [];
  const reported: unknown[] = [];
  let isLogBroken = false;
  const fronts = Object.entries(options.fronts).map(([name, { tier = 1, rebounds = true, fail }]) => {
    async function purge(tags: readonly string[]) {
      const error = fail?.();
      if (error) throw error;
      expect(tags).toEqual(["t:doc"]);
      purges.push(`${name} ${time.clock.monotonicMs()}`);
    }
    return { name, tier, front: { limits, rebounds, purge } };
  });
  const stage = createFronts({
    ...time,
    fronts,
    hash: hashText,
    rowsOf: async () => {
      if (isLogBroken) throw new Error("the log is away");
      return [row];
    },
    reboundMs: 5_000,
    isReboundAwaited: options.isReboundAwaited ?? true,
    deadlineMs: 1_000,
    onProgress: () => {},
    report: (error) => void reported.push(error),
  });
  return {
    ...time,
    stage,
    purges,
    reported,
    breakLog(isBroken: boolean) {
      isLogBroken = isBroken;
    },
    states: () => stage.view("j").map(({ front, state }) => `${front} ${state}`),
  };
}

test("a front is purged, and once more when what was on its way has arrived; then it is over", async () => {
  const { stage, purges, advance, states } = setUp({ fronts: { edge: {} } });
  expect(stage.view("j")).toEqual([]);
  expect(stage.flush(job)).toBeNull();
  await advance(0);
  expect([purges, states()]).toEqual([["edge 0"], ["edge rebounding"]]);
  await advance(4_999);
  expect(stage.flush(job)).toBeNull();
  await advance(1);
  expect(stage.flush(job)).toEqual({ error: null });
  expect(purges).toEqual(["edge 0", "edge 5000"]);
  expect(stage.view("j")).toEqual([{ front: "edge", state: "purged", attempts: 2, durationMs: 5_000 }]);
});

test("a rebound in the background is not waited for", async () => {
  const { stage, purges, advance } = setUp({ fronts: { edge: {} }, isReboundAwaited: false });
  stage.flush(job);
  await advance(0);
  expect(stage.flush(job)).toEqual({ error: null });
  stage.forget("j");
  await advance(5_000);
  expect(purges).toEqual(["edge 0", "edge 5000"]);
});

test("only what is soft at the servers is soft at a front", async () => {
  const time = handTime();
  const calls: string[] = [];
  const modes = ["hard", "soft", "revalidate", "erase"] as const;
  const rows = modes.map((mode) => ({ ...row, token: mode, mode }));
  const purge = async (tags: readonly string[], mode: string) =>
    void calls.push(`${mode}: ${tags.join(" ")}`);
  const stage = createFronts({
    ...time,
    fronts: [{ name: "edge", tier: 1, front: { limits, rebounds: false, purge } }],
    hash: hashText,
    rowsOf: () => rows,
    ...{ reboundMs: 0, isReboundAwaited: true, deadlineMs: 1, onProgress: () => {}, report: () => {} },
  });
  stage.flush(job);
  await time.advance(0);
  expect(calls).toEqual(["hard: t:hard t:revalidate t:erase", "soft: t:soft"]);
});

describe("tiers are purged from the servers outwards, the outer one last also in the rebound", () => {
  test.each([
    ["both rebound", true, true, ["in 0", "out 0", "in 5000", "out 10000"]],
    ["only the inner one", true, false, ["in 0", "out 0", "in 5000", "out 5000"]],
    ["only the outer one", false, true, ["in 0", "out 0", "out 5000"]],
    ["none", false, false, ["in 0", "out 0"]],
  ])("%s", async (_, inner, outer, expected) => {
    const fronts = { out: { tier: 2, rebounds: outer }, in: { tier: 1, rebounds: inner } };
    const { stage, purges, advance } = setUp({ fronts });
    stage.flush(job);
    await advance(60_000);
    expect(purges).toEqual(expected);
    expect(stage.flush(job)).toEqual({ error: null });
  });
});

test("an outer front is not purged before the inner one has answered, also the first time", async () => {
  const inner = Promise.withResolvers<void>();
  const time = handTime();
  const purged: string[] = [];
  const named = (name: string, tier: number, end: Promise<void>) => {
    const purge = async () => {
      purged.push(name);
      await end;
    };
    return { name, tier, front: { limits, rebounds: false, purge } };
  };
  const stage = createFronts({
    ...time,
    fronts: [named("out", 2, Promise.resolve()), named("in", 1, inner.promise)],
    hash: hashText,
    rowsOf: () => [row],
    ...{ reboundMs: 0, isReboundAwaited: true, deadlineMs: 1, onProgress: () => {}, report: () => {} },
  });
  stage.flush(job);
  await idle();
  expect(purged).toEqual(["in"]);
  inner.resolve();
  await idle();
  expect([purged, stage.flush(job)]).toEqual([["in", "out"], { error: null }]);
});

test("a front that stays broken ends in an error that names it, and the others are purged", async () => {
  const fail = () => new FrontError("it answered 503");
  const { stage, purges, advance, states } = setUp({ fronts: { bad: { fail }, good: {} } });
  stage.flush(job);
  await advance(60_000);
  expect(stage.flush(job)).toEqual({ error: 'front "bad" was not purged: it answered 503' });
  expect(purges.map((purge) => purge.split(" ")[0])).toEqual(["good", "good"]);
  expect(states()).toEqual(["bad failed", "good purged"]);
});

test("a job that is started again goes through the fronts again", async () => {
  let isBroken = true;
  const fail = () => (isBroken ? new FrontError("the key is wrong", { isFinal: true }) : null);
  const { stage, purges, advance } = setUp({ fronts: { edge: { fail } } });
  stage.flush(job);
  await advance(60_000);
  expect(stage.flush(job)?.error).toContain("the key is wrong");
  stage.forget("j");
  isBroken = false;
  stage.flush(job);
  await advance(60_000);
  expect([stage.flush(job), purges.length]).toEqual([{ error: null }, 2]);
});

test("a log that cannot be read is reported, and read again at the next look", async () => {
  const { stage, purges, advance, reported, breakLog } = setUp({ fronts: { edge: {} } });
  breakLog(true);
  expect(stage.flush(job)).toBeNull();
  await idle();
  expect(reported).toHaveLength(1);
  breakLog(false);
  stage.flush(job);
  await advance(5_000);
  expect([stage.flush(job), purges.length]).toEqual([{ error: null }, 2]);
});
