import { expect, test } from "bun:test";
import type { LogMessage, Touched } from "@freshet/core";
import { createQuestions } from "./questions.ts";

const question = { kind: "touched", targets: [], sample: 1 } as const;
const touched: Touched = {
  ...{ folder: "n", originals: 1, variants: 2, bytes: 3, atLeast: false },
  sample: { originals: [], urls: [] },
};

function setUp() {
  const sent: Extract<LogMessage, { type: "ask" }>[] = [];
  const questions = createQuestions((message) => void (message.type === "ask" && sent.push(message)));
  return { questions, sent };
}

test("each answer goes to who asked, in whatever order they come", async () => {
  const { questions, sent } = setUp();
  const asked = [questions.ask(question, 10_000), questions.ask(question, 10_000)];
  expect(sent.map(({ ask }) => ask)).toEqual([1, 2]);
  questions.answered(2, { kind: "touched", answer: { ...touched, originals: 22 } });
  questions.answered(1, { kind: "touched", answer: { ...touched, originals: 11 } });
  expect((await Promise.all(asked)).map((answer) => answer?.originals)).toEqual([11, 22]);
});

test("no answer in time is none, and one that comes later, or twice, or unasked, changes nothing", async () => {
  const { questions } = setUp();
  expect(await questions.ask(question, 1)).toBeNull();
  for (const ask of [1, 1, 7]) questions.answered(ask, { kind: "touched", answer: touched });
  const next = questions.ask(question, 10_000);
  questions.answered(1, { kind: "touched", answer: touched });
  questions.answered(2, { kind: "touched", answer: touched });
  expect(await next).toEqual(touched);
});

test("when the connection ends, nobody waits any longer", async () => {
  const { questions } = setUp();
  const asked = questions.ask(question, 10_000);
  questions.closed();
  expect(await asked).toBeNull();
});

test("a node that cannot answer says so", async () => {
  const { questions } = setUp();
  const asked = questions.ask(question, 10_000).catch((error) => error.message);
  questions.answered(1, { kind: "failed", reason: "out of order" });
  expect(await asked).toContain("out of order");
});

test("an answer to another kind of question is none", async () => {
  const { questions } = setUp();
  const asked = questions.ask(question, 10_000);
  questions.answered(1, { kind: "warm", answer: [] });
  expect(await asked).toBeNull();
});
