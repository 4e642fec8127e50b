import { expect, test } from "bun:test";
import type { Rewarmed, Warmed } from "@freshet/core";
import { handTime, idle } from "../fronts/hand-time.fixture.ts";
import type { Job } from "../log/log.ts";
import type { AskNodes, NodeAnswer } from "../nodes/ask-nodes.ts";
import { createRewarms } from "./rewarms.ts";

const withinMs = 10_000;
const job = (uuid: string, rewarm = 2) => ({ uuid, seqTo: 1, rewarm }) as Job;
const row = { token: "doc", kind: "original", pattern: "doc|//h/a" } as const;

const picture = (url: string, state: Warmed["state"]): Warmed => ({ url, state, reason: "" });

/** Nodes that answer when a test lets them, and a log that can break. */
function setUp() {
  const time = handTime();
  const asked: { question: unknown; withinMs: number; answer(answers: NodeAnswer<"rewarm">[]): void }[] = [];
  const reported: unknown[] = [];
  const state = { isLogBroken: false, progress: 0 };
  const askNodes: AskNodes = (question, withinMs) =>
    new Promise((resolve) => {
      asked.push({ question, withinMs, answer: (answers) => resolve(answers as never) });
    });
  const rewarms = createRewarms({
    ...{ ...time, askNodes, withinMs },
    async rowsOf({ uuid }) {
      if (state.isLogBroken) throw new Error("the log is away");
      return [{ ...row, seq: 1, job: uuid, mode: "hard" }];
    },
    onProgress: () => void state.progress++,
    report: (error) => void reported.push(error),
  });
  return { ...time, rewarms, asked, reported, state };
}

test("a job that asks for none is not waited for", () => {
  const { rewarms, asked } = setUp();
  expect([rewarms.run(job("j", 0)), rewarms.view(job("j", 0)), asked]).toEqual([true, null, []]);
});

test("nodes are asked once, and told what was purged, how many, and how long they have", async () => {
  const { rewarms, asked, state } = setUp();
  expect(rewarms.run(job("j"))).toBe(false);
  await idle();
  expect(rewarms.run(job("j"))).toBe(false);
  expect(asked.map(({ question, withinMs }) => ({ question, withinMs }))).toEqual([
    { question: { kind: "rewarm", targets: [row], count: 2, withinMs: 9_000 }, withinMs: 9_500 },
  ]);
  expect([rewarms.view(job("j")), state.progress]).toEqual([null, 0]);
});

test("what they say is counted; who says nothing is named", async () => {
  const { rewarms, asked, state } = setUp();
  rewarms.run(job("j", 3));
  await idle();
  const pictures = [picture("/1", "rendered"), picture("/2", "there"), picture("/3", "failed")];
  const answer: Rewarmed = { pictures, durationMs: 7 };
  asked[0]?.answer([
    { node: "a", answer },
    { node: "b", answer: null },
  ]);
  await idle();
  expect([rewarms.run(job("j")), state.progress]).toEqual([true, 1]);
  const failedFirst = [2, 0, 1].map((at) => pictures[at]);
  const nothing = { rendered: 0, there: 0, failed: 0, pictures: [] };
  expect(rewarms.view(job("j")) as unknown).toEqual([
    { node: "a", rendered: 1, there: 1, failed: 1, pictures: failedFirst, problem: null, durationMs: 7 },
    { node: "b", ...nothing, problem: "it did not answer in time", durationMs: 9_500 },
  ]);
});

test("of a hundred pictures twenty are named", async () => {
  const { rewarms, asked } = setUp();
  rewarms.run(job("j", 100));
  await idle();
  const pictures = Array.from({ length: 100 }, (_, at) => picture(`/${at}`, "rendered"));
  asked[0]?.answer([{ node: "a", answer: { pictures, durationMs: 7 } }]);
  await idle();
  const [node] = rewarms.view(job("j")) ?? [];
  expect([node?.rendered, node?.pictures.length]).toEqual([100, 20]);
});

test("its time is over when it is over, whatever hangs", async () => {
  const { rewarms, advance, state } = setUp();
  rewarms.run(job("j"));
  await advance(withinMs - 1);
  expect(rewarms.run(job("j"))).toBe(false);
  await advance(1);
  await idle();
  expect([rewarms.run(job("j")), rewarms.view(job("j")), state.progress]).toEqual([true, null, 1]);
});

test("a log that cannot be read keeps no job open", async () => {
  const { rewarms, reported, state } = setUp();
  state.isLogBroken = true;
  rewarms.run(job("j"));
  await idle();
  expect([rewarms.run(job("j")), rewarms.view(job("j")), reported]).toEqual([
    true,
    null,
    [expect.any(Error)],
  ]);
});

test("four jobs have it at a time; the next has what is left of its own time, and with none left it asks nobody", async () => {
  const { rewarms, asked, advance } = setUp();
  for (const uuid of ["a", "b", "c", "d", "e", "f"]) rewarms.run(job(uuid));
  await advance(4_000);
  expect(asked.length).toBe(4);
  asked[0]?.answer([]);
  await idle();
  expect(asked[4]).toMatchObject({ question: { withinMs: 5_000 }, withinMs: 5_500 });
  await advance(5_500);
  asked[1]?.answer([]);
  await idle();
  expect(asked.length).toBe(5);
  expect([rewarms.run(job("f")), rewarms.view(job("f"))]).toEqual([true, null]);
});

test("a job that is run again has it done again", async () => {
  const { rewarms, asked } = setUp();
  rewarms.run(job("j"));
  await idle();
  asked[0]?.answer([]);
  await idle();
  expect(rewarms.view(job("j"))).toEqual([]);
  rewarms.forget(job("j"));
  expect([rewarms.view(job("j")), rewarms.run(job("j"))]).toEqual([null, false]);
});
