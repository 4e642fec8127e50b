import { expect, test } from "bun:test";
import type { Warmed } from "@freshet/core";
import { fakeClock } from "../fake-clock.fixture.ts";
import type { AskNodes, NodeAnswer } from "../nodes/ask-nodes.ts";
import type { BatchResults, WarmupBatch, WarmupStore } from "./warmup.ts";
import { createWarmupWorker } from "./work.ts";

const batch: WarmupBatch = {
  warmup: { uuid: "u", token: "doc", accept: "*/*" },
  lines: [{ number: 0, url: "/v7/a" }],
};
const there: Warmed = { url: "/v7/a", state: "there", reason: "" };

/** @param rounds what nodes answer each time they are asked; then there is no node */
function setUp(...rounds: NodeAnswer<"warm">[][]) {
  const noted: BatchResults[] = [];
  const asked: unknown[] = [];
  const state = { isStopping: false, slept: 0 };
  const store: Pick<WarmupStore, "next" | "note" | "forget"> = {
    next: async () => (noted.length === 0 ? batch : null),
    note: async (_, results) => void noted.push(results),
    forget: async () => {},
  };
  const askNodes: AskNodes = async (question) => {
    asked.push(question);
    return (rounds[asked.length - 1] ?? []) as never;
  };
  const work = createWarmupWorker({
    ...{ clock: fakeClock(), store: store as WarmupStore, askNodes },
    isStopping: () => state.isStopping,
    sleep: async () => void state.slept++,
    report(error) {
      throw error;
    },
  });
  return { work, noted, asked, state };
}

const says = (node: string, answer: readonly Warmed[] | null): NodeAnswer<"warm"> => ({ node, answer });

test("every node is asked for every picture, and what they say is noted", async () => {
  const { work, noted, asked } = setUp([says("a", [there]), says("b", [there])]);
  await work();
  expect(asked).toEqual([{ kind: "warm", token: "doc", accept: "*/*", urls: ["/v7/a"], withinMs: 60_000 }]);
  expect(noted.map((results) => [...results.keys()])).toEqual([["a", "b"]]);
});

test("while there is no node, pictures wait", async () => {
  const { work, noted } = setUp();
  await work();
  expect(noted).toEqual([]);
});

test("a node that may be coming back is asked again, and what others said first holds", async () => {
  const rendered: Warmed = { ...there, state: "rendered" };
  const { work, noted, state } = setUp(
    [says("a", [rendered]), says("b", null)],
    [says("a", [there]), says("b", [there])],
  );
  await work();
  expect([[...(noted[0] ?? [])], state.slept]).toEqual([
    [
      ["a", [rendered]],
      ["b", [there]],
    ],
    1,
  ]);
});

test("one that does not answer for long has failed, and holds up nobody", async () => {
  const silence = [says("a", [there]), says("b", null)];
  const { work, noted } = setUp(silence, silence, silence);
  await work();
  expect(noted[0]?.get("b")).toEqual([
    { url: "/v7/a", state: "failed", reason: "the server did not answer" },
  ]);
});

test("one whose lease has run out meanwhile is waited for no more", async () => {
  const { work, noted } = setUp([says("a", [there]), says("b", null)], [says("a", [there])]);
  await work();
  expect([...(noted[0]?.keys() ?? [])]).toEqual(["a"]);
});

test("a service that stops notes nothing that it does not know", async () => {
  const silence = [says("a", null)];
  const { work, noted, state } = setUp(silence, silence, silence);
  const working = work();
  state.isStopping = true;
  await working;
  expect(noted).toEqual([]);
});
