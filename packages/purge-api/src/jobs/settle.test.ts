import { describe, expect, test } from "bun:test";
import { fakeClock } from "../fake-clock.fixture.ts";
import { type Fronts, type FrontsOutcome, noFronts } from "../fronts/fronts.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";
import { createSettler } from "./settle.ts";

const deadlineMs = 120_000;

function job(uuid: string, seqTo = 1): Job {
  const words = { token: "doc", scope: "original", received: ["h/x"], invalidated: ["/h/x"] } as const;
  const state = {
    status: "RECEIVED",
    error: null,
    addedAt: 1,
    doneAt: null,
    rewarm: 0,
    rewarmed: null,
  } as const;
  return { number: 1, uuid, seqTo, failed: [], ...words, ...state };
}

/** A settler over nodes whose states a test sets, and a store that keeps how jobs ended. */
function setUp(openJobs: Job[] = [], fronts: Fronts = noFronts) {
  const clock = fakeClock();
  const ends: string[] = [];
  let nodes: Record<string, HolderState["state"]> = {};
  const jobs = {
    claim: async () => openJobs,
    finish: async ({ uuid }: Job, status: string, error: string | null) => {
      ends.push([uuid, status, ...(error ? [error] : [])].join(" "));
      return { ...job(uuid), status };
    },
  } as unknown as JobStore;
  const statesFor = () => Object.entries(nodes).map(([node, state]) => ({ node, state }));
  const membership = { statesFor, look: async () => statesFor } as unknown as Membership;
  return {
    clock,
    ends,
    settler: createSettler({ clock, jobs, membership, fronts, deadlineMs }),
    nodes(states: typeof nodes) {
      nodes = states;
    },
  };
}

describe("a job is DONE exactly when no node is waited for", () => {
  test.each<[string, Record<string, HolderState["state"]>, boolean]>([
    ["no node at all", {}, true],
    ["all acknowledged", { a: "acked", b: "acked" }, true],
    ["all lapsed", { a: "lapsed", b: "lapsed" }, true],
    ["some acknowledged, the others lapsed", { a: "acked", b: "lapsed" }, true],
    ["one is waited for", { a: "waiting" }, false],
    ["one of many is waited for", { a: "acked", b: "lapsed", c: "waiting" }, false],
  ])("%s", async (_, states, isDone) => {
    const { settler, ends, nodes } = setUp();
    nodes(states);
    await settler.add(job("j"));
    expect(ends).toEqual(isDone ? ["j DONE"] : []);
    expect(settler.openJobs).toBe(isDone ? 0 : 1);
  });
});

test("an open job is FLUSHINGCLOUDIMAGESERVER, whatever its row says, and shows its nodes as they are now", async () => {
  const { settler, nodes } = setUp();
  nodes({ a: "waiting" });
  await settler.add(job("j"));
  nodes({ a: "waiting", b: "acked" });
  expect(await settler.view(job("j"))).toEqual({
    job: job("j"),
    status: "FLUSHINGCLOUDIMAGESERVER",
    erased: new Map(),
    nodes: [
      { node: "a", state: "waiting", durationMs: null },
      { node: "b", state: "acked", durationMs: null },
    ],
    fronts: [],
    rewarmed: null,
  });
});

test("pictures are made again beside the fronts, once, when no node is waited for; DONE waits for both", async () => {
  const clock = fakeClock();
  const state = { isAcked: false, areFrontsDone: false, isRewarmed: false };
  const calls: string[] = [];
  const ended: unknown[] = [];
  const rewarmed = [{ node: "a" }] as unknown as NonNullable<Job["rewarmed"]>;
  const jobs = {
    claim: async () => [],
    finish: async (run: Job, status: string, _: unknown, __: unknown, made: unknown) => {
      ended.push([status, made]);
      return { ...run, status };
    },
  } as unknown as JobStore;
  const statesFor = () => [{ node: "a", state: state.isAcked ? "acked" : "waiting" }];
  const membership = { statesFor, look: async () => statesFor } as unknown as Membership;
  const fronts: Fronts = {
    ...noFronts,
    flush: () => {
      calls.push("fronts");
      return state.areFrontsDone ? { error: null } : null;
    },
  };
  const rewarms = {
    run: () => {
      calls.push("rewarm");
      return state.isRewarmed;
    },
    view: () => (state.isRewarmed ? rewarmed : null),
    forget: () => void calls.push("forget"),
  };
  const settler = createSettler({ clock, jobs, membership, fronts, rewarms, deadlineMs });
  await settler.add(job("j"));
  expect(calls).toEqual([]);
  state.isAcked = true;
  await settler.settle();
  expect([calls, ended]).toEqual([["fronts", "rewarm"], []]);
  state.areFrontsDone = true;
  await settler.settle();
  expect(ended).toEqual([]);
  expect(await settler.view(job("j"))).toMatchObject({ status: "FLUSHINGCDNSERVERS", rewarmed: null });
  state.isRewarmed = true;
  state.areFrontsDone = false;
  await settler.settle();
  expect(ended).toEqual([]);
  state.areFrontsDone = true;
  await settler.settle();
  expect([ended, calls.at(-1)]).toEqual([[["DONE", rewarmed]], "forget"]);
});

test("a finished job shows the nodes as they were when it ended", async () => {
  const { settler, nodes } = setUp();
  nodes({ a: "lapsed" });
  await settler.add(job("j"));
  nodes({ a: "waiting" });
  expect(await settler.view({ ...job("j"), status: "DONE" })).toMatchObject({
    status: "DONE",
    nodes: [{ node: "a", state: "lapsed" }],
  });
});

test("each node has the time after which its job was seen to wait for it no more, and keeps it", async () => {
  const { settler, nodes, clock } = setUp();
  const accepted = { ...job("j"), addedAt: Math.round(clock.wallMs() * 1000) };
  const times = async () => (await settler.view(accepted)).nodes.map(({ durationMs }) => durationMs);
  nodes({ a: "waiting", b: "waiting", c: "waiting" });
  await settler.add(accepted);
  clock.advance(12);
  nodes({ a: "acked", b: "waiting", c: "waiting" });
  await settler.settle();
  clock.advance(3_000);
  nodes({ a: "acked", b: "acked", c: "waiting" });
  await settler.settle();
  expect(await times()).toEqual([12, 3_012, null]);
  clock.advance(2_000);
  nodes({ a: "acked", b: "acked", c: "lapsed" });
  await settler.settle();
  const ended = await settler.view({ ...accepted, status: "DONE" });
  expect(ended.nodes.map(({ durationMs }) => durationMs)).toEqual([12, 3_012, 5_012]);
});

test("a node's time of a job that waits behind another is that of its own acknowledgement", async () => {
  const clock = fakeClock();
  const nodes = { a: 0, b: 0 };
  const statesFor = (seq: number): HolderState[] =>
    Object.entries(nodes).map(([node, acked]) => ({ node, state: seq <= acked ? "acked" : "waiting" }));
  const membership = { statesFor, look: async () => statesFor } as unknown as Membership;
  const jobs = { claim: async () => [] } as unknown as JobStore;
  const settler = createSettler({ clock, jobs, membership, deadlineMs });
  const addedAt = Math.round(clock.wallMs() * 1000);
  const second = { ...job("second", 2), addedAt };
  await settler.add({ ...job("first", 1), addedAt });
  await settler.add(second);
  clock.advance(5);
  nodes.a = 2;
  await settler.settle();
  clock.advance(100);
  await settler.settle();
  expect((await settler.view(second)).nodes).toEqual([
    { node: "a", state: "acked", durationMs: 5 },
    { node: "b", state: "waiting", durationMs: null },
  ]);
});

/** A settler whose nodes have acknowledged up to a row, and that counts what it asks of them. */
function setUpRows() {
  const asked: number[] = [];
  const ended: string[] = [];
  const nodes = { acked: 0 };
  /** Between reading how far the nodes are and judging by it. */
  let whileLooking = async () => {};
  const jobs = {
    claim: async () => [],
    finish: async (run: Job) => {
      ended.push(run.uuid);
      return { ...run, status: "DONE" };
    },
  } as unknown as JobStore;
  const look = async () => {
    const { acked } = nodes;
    await Promise.resolve();
    await whileLooking();
    return (seq: number): HolderState[] => {
      asked.push(seq);
      return [{ node: "a", state: seq <= acked ? "acked" : "waiting" }];
    };
  };
  // Of what is known here, nothing keeps anybody from looking.
  const membership = { statesFor: () => [], look } as unknown as Membership;
  const settler = createSettler({ clock: fakeClock(), jobs, membership, deadlineMs });
  return {
    settler,
    asked,
    ended,
    nodes,
    whileLooking(work: () => Promise<void>) {
      whileLooking = work;
    },
  };
}

test("a look among thousands of jobs that wait is at those that end, and a few", async () => {
  const { settler, asked, ended, nodes } = setUpRows();
  for (let seq = 1; seq <= 2_000; seq++) void settler.add(job(`j${seq}`, seq));
  await settler.settle();
  asked.length = 0;
  nodes.acked = 3;
  await settler.settle();
  expect([ended, asked]).toEqual([
    ["j1", "j2", "j3"],
    [1, 2, 3, 4, ...Array.from({ length: 10 }, (_, at) => 5 + at)],
  ]);
});

test("by an acknowledgement the database is asked only if by what is known here it can have ended a job; nodes are timed", async () => {
  const clock = fakeClock();
  const known = { a: "waiting", b: "waiting" };
  let looks = 0;
  const statesFor = () => Object.entries(known).map(([node, state]) => ({ node, state }));
  const look = async () => {
    looks++;
    return () => [{ node: "a", state: "waiting" }]; // It is not so any more.
  };
  const membership = { statesFor, look } as unknown as Membership;
  const settler = createSettler({ clock, jobs: {} as JobStore, membership, deadlineMs });
  const own = job("j");
  await settler.add(own);
  clock.advance(5);
  known.a = "acked";
  await settler.progressed();
  expect(looks).toBe(0);
  expect((await settler.view(own)).nodes).toMatchObject([{ state: "acked" }, { state: "waiting" }]);
  expect((await settler.view(own)).nodes[0]?.durationMs).not.toBeNull();
  known.b = "acked";
  await settler.progressed();
  expect([looks, settler.openJobs]).toEqual([1, 1]);
  known.b = "waiting";
  await settler.settle();
  expect(looks).toBe(2);
});

test("jobs that come in another order than their rows end in that of their rows", async () => {
  const { settler, ended, nodes } = setUpRows();
  for (const seq of [5, 3, 9, 4, 1, 8]) await settler.add(job(`j${seq}`, seq));
  nodes.acked = 4;
  await settler.settle();
  expect(ended).toEqual(["j1", "j3", "j4"]);
});

test("a job that comes while the nodes are looked at is not judged by what was read before", async () => {
  const { settler, ended, nodes, whileLooking } = setUpRows();
  await settler.add(job("early", 1));
  nodes.acked = 2;
  let late = Promise.resolve();
  whileLooking(async () => {
    whileLooking(async () => {});
    late = settler.add(job("late", 2));
    nodes.acked = 0;
  });
  await settler.settle();
  await late;
  expect(ended).toEqual(["early"]);
});

test("what can be ended in one look is handed over together, and one that fails keeps none of the others", async () => {
  const begun: string[] = [];
  const { promise: disk, resolve: write } = Promise.withResolvers<void>();
  let nodes: HolderState[] = [{ node: "n", state: "waiting" }];
  const jobs = {
    claim: async () => [],
    finish: async (run: Job) => {
      begun.push(run.uuid);
      await disk;
      if (run.uuid === "b") throw new Error("no");
      return { ...run, status: "DONE" };
    },
  } as unknown as JobStore;
  const membership = { statesFor: () => nodes, look: async () => () => nodes } as unknown as Membership;
  const settler = createSettler({ clock: fakeClock(), jobs, membership, deadlineMs, report: () => {} });
  for (const [at, uuid] of ["a", "b", "c"].entries()) await settler.add(job(uuid, at + 1));
  nodes = [];
  const settled = settler.settle();
  await new Promise((next) => setImmediate(next));
  expect(begun).toEqual(["a", "b", "c"]);
  write();
  await settled;
  expect(settler.openJobs).toBe(1);
});

test("of a run that another process ended nothing is shown that was true of an earlier one", async () => {
  const { settler, nodes } = setUp();
  nodes({ a: "acked" });
  await settler.add(job("j", 1));
  const ended = { ...job("j", 1), status: "DONE" } as const;
  expect((await settler.view(ended)).nodes).toMatchObject([{ node: "a", state: "acked" }]);
  expect((await settler.view({ ...ended, seqTo: 2 })).nodes).toEqual([]);
});

test("a job that waits until its deadline ends in ERROR and names the nodes", async () => {
  const { settler, ends, nodes, clock } = setUp();
  nodes({ a: "acked", b: "waiting", c: "waiting" });
  await settler.add(job("j"));
  clock.advance(deadlineMs - 1);
  await settler.settle();
  expect(ends).toEqual([]);
  clock.advance(1);
  await settler.settle();
  expect(ends).toEqual(["j ERROR still serving without acknowledgement: b, c"]);
});

test("a job that can be ended at its deadline is DONE", async () => {
  const { settler, ends, nodes, clock } = setUp();
  nodes({ a: "waiting" });
  await settler.add(job("j"));
  clock.advance(deadlineMs);
  nodes({ a: "acked" });
  await settler.settle();
  expect(ends).toEqual(["j DONE"]);
});

test("a job ends once, however often it is settled", async () => {
  const { settler, ends } = setUp();
  await settler.add(job("j"));
  await settler.settle();
  await settler.settle();
  expect(ends).toEqual(["j DONE"]);
});

test("jobs that were open when purge-api ended are taken up at start, with a deadline from now", async () => {
  const { settler, ends, clock, nodes } = setUp([job("old", 1), job("older", 2)]);
  await settler.takeOver();
  await settler.takeOver();
  expect(ends).toEqual(["old DONE", "older DONE"]);
  nodes({ a: "waiting" });
  await settler.add(job("new"));
  clock.advance(deadlineMs);
  await settler.settle();
  expect(ends.at(-1)).toStartWith("new ERROR");
});

test("whoever waits for a job hears when it is final, and at once if it is already", async () => {
  const { settler, nodes } = setUp();
  const heard: string[] = [];
  nodes({ a: "waiting" });
  await settler.add(job("j"));
  const waits = ["first", "second"].map((name) => settler.whenFinal("j").then(() => heard.push(name)));
  await Promise.resolve();
  expect(heard).toEqual([]);
  nodes({ a: "acked" });
  await settler.settle();
  await Promise.all(waits);
  expect(heard).toEqual(["first", "second"]);
  await settler.whenFinal("j");
  await settler.whenFinal("never heard of");
});

test("a full disk ends no job and no process: it is told once, and the job ends when there is room", async () => {
  const told: unknown[] = [];
  let isFull = true;
  const jobs = {
    claim: async () => [],
    finish: async (run: Job) => {
      if (isFull) throw new Error("the disk is full");
      return { ...run, status: "DONE" };
    },
  } as unknown as JobStore;
  const membership = { statesFor: () => [], look: async () => () => [] } as unknown as Membership;
  const report = (error: unknown) => void told.push(error);
  const settler = createSettler({ clock: fakeClock(), jobs, membership, deadlineMs, report });
  await settler.add(job("j"));
  await settler.settle();
  expect([told.length, settler.openJobs]).toEqual([1, 1]);
  const final = settler.whenFinal("j");
  isFull = false;
  await settler.settle();
  await final;
  expect([told.length, settler.openJobs]).toEqual([1, 0]);
});

describe("fronts", () => {
  function fakeFronts() {
    const flushed: string[] = [];
    let outcome: FrontsOutcome | null = null;
    const state = { front: "edge", state: "purging", attempts: 1, durationMs: null } as const;
    const fronts: Fronts = {
      flush({ uuid }) {
        flushed.push(uuid);
        return outcome;
      },
      view: () => [state],
      health: () => [],
      takeOver: async () => {},
      forget: (uuid) => void flushed.push(`forget ${uuid}`),
    };
    return {
      fronts,
      flushed,
      state,
      end(error: string | null) {
        outcome = { error };
      },
    };
  }

  test("are purged only when no node is waited for, and DONE comes after them", async () => {
    const { fronts, flushed, state, end } = fakeFronts();
    const { settler, ends, nodes } = setUp([], fronts);
    nodes({ a: "waiting" });
    await settler.add(job("j"));
    expect(flushed).toEqual([]);
    nodes({ a: "acked" });
    await settler.settle();
    expect([flushed, ends]).toEqual([["j"], []]);
    expect(await settler.view(job("j"))).toMatchObject({ status: "FLUSHINGCDNSERVERS", fronts: [state] });
    end(null);
    await settler.settle();
    expect(ends).toEqual(["j DONE"]);
    expect(flushed.at(-1)).toBe("forget j");
    expect(await settler.view({ ...job("j"), status: "DONE" })).toMatchObject({
      nodes: [{ node: "a", state: "acked" }],
      fronts: [state],
    });
  });

  test("a node that comes back meanwhile is not waited for again, nor is its deadline the job's", async () => {
    const { fronts, end } = fakeFronts();
    const { settler, ends, nodes, clock } = setUp([], fronts);
    await settler.add(job("j"));
    nodes({ a: "waiting" });
    clock.advance(deadlineMs);
    await settler.settle();
    expect(ends).toEqual([]);
    end(null);
    await settler.settle();
    expect(ends).toEqual(["j DONE"]);
  });

  test("one that was not purged ends the job in ERROR", async () => {
    const { fronts, end } = fakeFronts();
    const { settler, ends } = setUp([], fronts);
    end('front "edge" was not purged: 401');
    await settler.add(job("j"));
    expect(ends).toEqual(['j ERROR front "edge" was not purged: 401']);
  });

  test("a job that was open when purge-api ended goes through them after the restart", async () => {
    const { fronts, flushed } = fakeFronts();
    await setUp([job("old")], fronts).settler.takeOver();
    expect(flushed).toEqual(["old"]);
  });
});
