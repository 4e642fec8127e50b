import { expect, test } from "bun:test";
import type { LogMessage, LogRow } from "@freshet/core";
import { createFeed } from "./feed.ts";

/**
 * A log of which only the length matters, and the messages that a feed sends from it.
 * @param every only each such row was not dropped
 * @param most messages of rows without patterns that are sent ahead
 */
function setUp(length: number, applied = 0, every = 1, pattern = "", most = 5) {
  let head = length;
  const rowAt = (seq: number): LogRow => ({
    seq,
    job: "j",
    token: "doc",
    kind: "all",
    pattern,
    mode: "soft",
  });
  const rowsAfter = (after: number, limit: number) =>
    Array.from({ length: Math.min(limit, (head - after) / every) }, (_, at) =>
      rowAt(after + (at + 1) * every),
    );
  const read = async (after: number, limit: number) => rowsAfter(after, limit);
  const report = (error: unknown) => expect(error).toBeNull();
  const sent: { after: number; last: number | undefined }[] = [];
  const send = (message: LogMessage) => {
    if (message.type !== "rows") return;
    expect(message.rows[0]?.seq).toBe(message.after + every);
    sent.push({ after: message.after, last: message.rows.at(-1)?.seq });
  };
  const feed = createFeed({ head: () => head, read }, send, applied, report, most * 1_000 * 40);
  return {
    feed,
    sent,
    /** Spans of the messages since the last look. */
    async taken() {
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      return sent.splice(0).map(({ after, last }) => `${after}-${last}`);
    },
    grow(count: number) {
      const after = head;
      head += count;
      feed.push(after, rowsAfter(after, count));
    },
  };
}

test("a push to a node that is up to date goes out at once, as it is", async () => {
  const { taken, grow } = setUp(3, 3);
  grow(2);
  grow(1);
  expect(await taken()).toEqual(["3-5", "5-6"]);
});

test("rows that do not follow what was sent last bring what is missing with them", async () => {
  const { taken, grow } = setUp(2, 0);
  grow(1);
  expect(await taken()).toEqual(["0-3"]);
});

test("a large push is cut into messages", async () => {
  const { taken, grow } = setUp(0);
  grow(2_500);
  expect(await taken()).toEqual(["0-1000", "1000-2000", "2000-2500"]);
});

test("a long log is sent as fast as the node applies it, never more than so many characters ahead", async () => {
  const { feed, taken } = setUp(25_500);
  feed.restart(0);
  const first = await taken();
  expect([first.length, first[0], first.at(-1)]).toEqual([5, "0-1000", "4000-5000"]);
  feed.acked(1_000);
  expect(await taken()).toEqual(["5000-6000"]);
  for (let applied = 2_000; applied <= 25_000; applied += 1_000) feed.acked(applied);
  expect((await taken()).at(-1)).toBe("25000-25500");
});

test("long rows are as many fewer", async () => {
  const { feed, taken } = setUp(25_500, 0, 1, "x".repeat(160));
  feed.restart(0);
  expect(await taken()).toEqual(["0-1000"]);
});

test("others have their turn while a long log is read", async () => {
  const { feed, sent } = setUp(25_500, 0, 1, "", 20);
  feed.restart(0);
  const seen = new Set<number>();
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate);
    seen.add(sent.length);
  }
  expect([...seen]).toEqual([5, 10, 15, 20]);
});

test("where rows were dropped from the log, a message passes over their numbers, and only rows count as sent", async () => {
  const gap = 10_000;
  const { feed, taken } = setUp(7_000 * gap, 0, gap);
  feed.restart(0);
  expect(await taken()).toEqual([1, 2, 3, 4, 5].map((to) => `${(to - 1) * 1_000 * gap}-${to * 1_000 * gap}`));
  feed.acked(1_000 * gap);
  expect(await taken()).toEqual([`${5_000 * gap}-${6_000 * gap}`]);
});

test("while a node lags, what is pushed waits for its turn, without a gap", async () => {
  const { feed, taken, grow } = setUp(5_000);
  feed.restart(0);
  await taken();
  grow(1);
  expect(await taken()).toEqual([]);
  feed.acked(1_000);
  expect(await taken()).toEqual(["5000-5001"]);
});

test("a node that saw a gap is served from its cursor", async () => {
  const { feed, taken } = setUp(7, 7);
  feed.restart(4);
  expect(await taken()).toEqual(["4-7"]);
});

test("a message that was lost without a gap is sent again at the second heartbeat that does not move", async () => {
  const { feed, taken, grow } = setUp(0);
  grow(2);
  await taken();
  feed.beat(0);
  expect(await taken()).toEqual([]);
  feed.beat(0);
  expect(await taken()).toEqual(["0-2"]);
});

test("heartbeats of a node that goes on applying, or has everything, repeat nothing", async () => {
  const { feed, taken, grow } = setUp(0);
  grow(3);
  await taken();
  for (const applied of [1, 2, 3, 3, 3]) feed.beat(applied);
  expect(await taken()).toEqual([]);
});

test("a heartbeat opens room like an acknowledgement", async () => {
  const { feed, taken } = setUp(6_000);
  feed.restart(0);
  await taken();
  feed.beat(2_000);
  expect(await taken()).toEqual(["5000-6000"]);
});
