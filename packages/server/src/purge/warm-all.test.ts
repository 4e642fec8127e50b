import { expect, test } from "bun:test";
import { createTokenTable, FreshetError, plainToken } from "@freshet/core";
import type { ReadRequest } from "../routes/read-request.ts";
import { createWarmAll, type WarmOrder } from "./warm-all.ts";

/** Pictures that are made when a test lets them, on a clock that it moves. */
function setUp() {
  const clock = { ms: 0 };
  const begun: { url: string; accept: string | null; end: PromiseWithResolvers<"rendered" | "there"> }[] = [];
  const sleepers: (() => void)[] = [];
  const reported: unknown[] = [];
  const warmAll = createWarmAll({
    warm: (asked, accept) => {
      const end = Promise.withResolvers<"rendered" | "there">();
      begun.push({ url: asked.key, accept, end });
      return end.promise;
    },
    settings: () => ({
      tokens: createTokenTable([], "doc", []),
      understand: (url, { name }) => {
        if (name !== "doc") throw new Error("another token");
        if (url === "/unreadable") throw new FreshetError("bad_path", "it cannot be read");
        return { key: url } as ReadRequest;
      },
    }),
    now: () => clock.ms,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push(() => {
          clock.ms += ms;
          wake();
        });
      }),
    report: (error) => void reported.push(error),
  });
  return { clock, begun, reported, warmAll, timeIsOver: () => sleepers[0]?.() };
}

const order = (urls: readonly string[], more: Partial<WarmOrder> = {}): WarmOrder => ({
  ...{ token: plainToken("doc").name, withinMs: 100, isCutOff: false },
  pictures: urls.map((url) => ({ url, accept: null })),
  ...more,
});
const turn = () => new Promise((next) => setImmediate(next));

test("four at a time, each with what it is asked for with; what fails says why, and holds up no other", async () => {
  const { begun, reported, warmAll } = setUp();
  const pictures = ["/a", "/unreadable", "/c", "/d", "/e", "/f"].map((url) => ({
    url,
    accept: `for ${url}`,
  }));
  const all = warmAll(order([], { pictures }));
  await turn();
  expect(begun.map(({ url, accept }) => [url, accept])).toEqual(
    ["/a", "/c", "/d", "/e"].map((url) => [url, `for ${url}`]),
  );
  begun[0]?.end.resolve("rendered");
  begun[1]?.end.resolve("there");
  begun[2]?.end.reject(new FreshetError("overloaded", "the origin says no"));
  begun[3]?.end.reject(new Error("of ours"));
  await turn();
  begun[4]?.end.resolve("rendered");
  expect((await all).map(({ url, state, reason }) => [url, state, reason])).toEqual([
    ["/a", "rendered", ""],
    ["/unreadable", "failed", "it cannot be read"],
    ["/c", "there", ""],
    ["/d", "failed", "the origin says no"],
    ["/e", "failed", "the error was written to the node's log"],
    ["/f", "rendered", ""],
  ]);
  expect(reported).toEqual([new Error("of ours")]);
});

test("what has not begun in time is not begun; what is under way is waited for", async () => {
  const { clock, begun, warmAll } = setUp();
  const all = warmAll(order(["/a", "/b", "/c", "/d", "/e"]));
  await turn();
  clock.ms = 100;
  for (const { end } of begun) end.resolve("rendered");
  expect((await all).map(({ state }) => state)).toEqual([...Array(4).fill("rendered"), "failed"]);
  expect(begun.length).toBe(4);
});

test("with an answer that is due, not even that", async () => {
  const { begun, warmAll, timeIsOver } = setUp();
  const all = warmAll(order(["/a", "/b"], { isCutOff: true }));
  await turn();
  begun[1]?.end.resolve("there");
  await turn();
  timeIsOver();
  expect((await all).map(({ state, reason }) => [state, reason])).toEqual([
    ["failed", "there was no time for it"],
    ["there", ""],
  ]);
});

test("of a token that is not known here each fails", async () => {
  const { begun, warmAll } = setUp();
  const results = await warmAll(order(["/a"], { token: "shop" }));
  expect([results, begun]).toEqual([[{ url: "/a", state: "failed", reason: expect.any(String) }], []]);
});
