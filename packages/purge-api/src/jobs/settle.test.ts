import { describe, expect, test } from "bun:test";
import { fakeClock } from "../fake-clock.fixture.ts";
import { type Fronts, type FrontsOutcome, noFronts } from "../fronts/fronts.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";
import { createSettler } from "./settle.ts";

const deadlineMs = 120_000;

function job(uuid: string, seqTo = 1): Job {
  const words = { token: "doc", scope: "original", received: ["h/x"], invalidated: ["/h/x"] } as const;
  const state = { status: "RECEIVED", error: null, addedAt: 1, doneAt: null } as const;
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
      { node: "a", state: "waiting" },
      { node: "b", state: "acked" },
    ],
    fronts: [],
  });
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

test("each job waits for its own rows", async () => {
  const clock = fakeClock();
  const ended: string[] = [];
  const jobs = {
    claim: async () => [],
    finish: async (run: Job) => {
      ended.push(run.uuid);
      return { ...run, status: "DONE" };
    },
  } as unknown as JobStore;
  const statesFor = (seq: number): HolderState[] => [{ node: "a", state: seq <= 5 ? "acked" : "waiting" }];
  const membership = { look: async () => statesFor } as unknown as Membership;
  const settler = createSettler({ clock, jobs, membership, deadlineMs });
  await settler.add(job("later", 6));
  await settler.add(job("earlier", 5));
  expect(ended).toEqual(["earlier"]);
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
  const membership = { look: async () => () => [] } as unknown as Membership;
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
