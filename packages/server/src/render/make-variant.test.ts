import { expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import { createSingleFlight } from "../cache/single-flight.ts";
import type { Entry, Store } from "../cache/store.ts";
import { createMakeVariant, type NearRenders } from "./make-variant.ts";
import { createRenderTurns } from "./render-turns.ts";

const entry: Entry = { bytes: new Uint8Array(1), type: "image/png" };

test("each render is told how many others of its original run or wait", async () => {
  const told: NearRenders[] = [];
  const gates: (() => void)[] = [];
  const makeVariant = createMakeVariant({
    render: async (_inputs, _plan, _output, near) => {
      told.push(near);
      await new Promise<void>((resolve) => gates.push(resolve));
      return entry;
    },
    variants: { put: async () => {} } as unknown as Store,
    flights: createSingleFlight<Entry | null>(),
    renderTurns: createRenderTurns(2),
    metrics: { timeRender: (work) => work() },
    lineage: { addVariant: () => true },
    stamp: () => ({ logId: "", seq: 0 }),
  });
  const inputs = { original: new Uint8Array(1), watermarks: [] };
  const { plan } = parseRequest("/h.io/x.png", plainToken("doc"));
  const output = negotiate([], null, "png");
  const make = (key: string, content: string) =>
    makeVariant({
      ...{ key, contents: [content], load: async () => inputs, plan, output },
      ...{ isLate: () => false, url: "", party: { token: "doc", origin: "http://h.io" } },
    });
  const all = [make("1", "a"), make("2", "a"), make("3", "a"), make("4", "b")];
  const next = async (count: number) => {
    while (told.length < count) await new Promise(setImmediate);
    return told[count - 1];
  };
  expect(await next(1)).toEqual({ content: "a", others: 2 });
  expect(await next(2)).toEqual({ content: "a", others: 2 });
  gates.shift()?.();
  expect(await next(3)).toEqual({ content: "a", others: 1 });
  gates.shift()?.();
  expect(await next(4)).toEqual({ content: "b", others: 0 });
  for (const open of gates) open();
  await Promise.all(all);
  void make("5", "a");
  expect(await next(5)).toEqual({ content: "a", others: 0 });
});
