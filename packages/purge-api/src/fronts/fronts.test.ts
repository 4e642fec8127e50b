import { describe, expect, test } from "bun:test";
import type { Job } from "../log/log.ts";
import { createBackground } from "./background.ts";
import { FrontError } from "./front.ts";
import { createFronts } from "./fronts.ts";
import { handTime, idle } from "./hand-time.fixture.ts";
import { hashText } from "./hash-text.ts";
import type { PendingRebound, ReboundStore } from "./rebound-store.ts";
import { createTours } from "./tour.ts";

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
  store?: ReboundStore;
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
  const report = (error: unknown) => void reported.push(error);
  const common = { ...time, hash: hashText, reboundMs: 5_000, deadlineMs: 1_000, report };
  const tours = createTours({ ...common, fronts });
  const { store } = options;
  const stage = createFronts({
    tours,
    async rowsOf() {
      if (isLogBroken) throw new Error("the log is away");
      return [row];
    },
    ...(store && { background: createBackground({ ...tours, store, report }) }),
    onProgress: () => {},
    report,
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

describe("a rebound in the background", () => {
  /** Written down in memory. */
  function memory() {
    const pending: PendingRebound[] = [];
    const store: ReboundStore = {
      add: async (rebound) => void pending.push(rebound),
      remove: async ({ job }) =>
        void pending.splice(
          pending.findIndex((each) => each.job === job),
          1,
        ),
      claim: async () => [...pending],
    };
    return { pending, store };
  }
  const { seq: _, job: __, ...what } = row;

  test("is written down before the job is over, not waited for, and struck out when it is done", async () => {
    const { pending, store } = memory();
    const { stage, purges, advance } = setUp({ fronts: { edge: {} }, store });
    stage.flush(job);
    await advance(0);
    expect(stage.flush(job)).toEqual({ error: null });
    expect(pending).toEqual([{ job: "j", seqTo: 1, rows: [what] }]);
    stage.forget("j");
    await stage.takeOver();
    await advance(4_999);
    await stage.takeOver();
    expect(purges).toEqual(["edge 0"]);
    await advance(1);
    expect([purges, pending]).toEqual([["edge 0", "edge 5000"], []]);
  });

  test("is carried out by the process that comes after the one that owed it", async () => {
    const { pending, store } = memory();
    const dead = setUp({ fronts: { edge: {} }, store });
    dead.stage.flush(job);
    await dead.advance(0);
    const next = setUp({ fronts: { edge: {}, outer: { tier: 2 } }, store });
    await next.stage.takeOver();
    await next.stage.takeOver();
    await next.advance(60_000);
    expect([next.purges, pending]).toEqual([["edge 5000", "outer 10000"], []]);
  });

  test("is waited for if it cannot be written down", async () => {
    const add = () => Promise.reject(new Error("the disk is full"));
    const { stage, purges, reported, advance } = setUp({
      fronts: { edge: {} },
      store: { ...memory().store, add },
    });
    stage.flush(job);
    await advance(4_999);
    expect([stage.flush(job), reported.length]).toEqual([null, 1]);
    await advance(1);
    expect([stage.flush(job), purges]).toEqual([{ error: null }, ["edge 0", "edge 5000"]]);
  });

  test("that fails is told to the operator, since the job is DONE", async () => {
    let calls = 0;
    const fail = () => (++calls > 1 ? new FrontError("the key is wrong", { isFinal: true }) : null);
    const { pending, store } = memory();
    const { stage, reported, advance } = setUp({ fronts: { edge: { fail } }, store });
    stage.flush(job);
    await advance(10_000);
    expect([stage.flush(job), pending]).toEqual([{ error: null }, []]);
    expect(reported.map(String)).toEqual([
      'Error: after job j was DONE: front "edge" was not purged: the key is wrong',
    ]);
  });
});

test("only what is soft at the servers is soft at a front", async () => {
  const time = handTime();
  const calls: string[] = [];
  const modes = ["hard", "soft", "revalidate", "erase"] as const;
  const rows = modes.map((mode) => ({ ...row, token: mode, mode }));
  const purge = async (tags: readonly string[], mode: string) =>
    void calls.push(`${mode}: ${tags.join(" ")}`);
  const stage = createFronts({
    tours: createTours({
      ...time,
      fronts: [{ name: "edge", tier: 1, front: { limits, rebounds: false, purge } }],
      hash: hashText,
      ...{ reboundMs: 0, deadlineMs: 1, report: () => {} },
    }),
    rowsOf: () => rows,
    ...{ onProgress: () => {}, report: () => {} },
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
    tours: createTours({
      ...time,
      fronts: [named("out", 2, Promise.resolve()), named("in", 1, inner.promise)],
      hash: hashText,
      ...{ reboundMs: 0, deadlineMs: 1, report: () => {} },
    }),
    rowsOf: () => [row],
    ...{ onProgress: () => {}, report: () => {} },
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
