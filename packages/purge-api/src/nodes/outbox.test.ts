import { expect, test } from "bun:test";
import { type LogRow, readLogMessage } from "@freshet/core";
import { createOutbox, createWriter, rowsPerMessage } from "./outbox.ts";

function rows(from: number, count: number): LogRow[] {
  const target = { token: "doc", kind: "all", pattern: "" } as const;
  return Array.from({ length: count }, (_, at) => ({ seq: from + at, job: "j", mode: "hard", ...target }));
}

/** What is sent, as `after: first to last`. */
function setUp() {
  const sent: string[] = [];
  const push = createOutbox((after, all) => sent.push(`${after}: ${all[0]?.seq} to ${all.at(-1)?.seq}`));
  return { sent, push: (from: number, count = 1) => push(from - 1, rows(from, count)) };
}

test("what follows on one another in one turn is one message", async () => {
  const { sent, push } = setUp();
  push(1);
  push(2, 3);
  expect(sent).toEqual([]);
  await Promise.resolve();
  push(5);
  await Promise.resolve();
  expect(sent).toEqual(["0: 1 to 4", "4: 5 to 5"]);
});

test("what does not follow on is another message, and keeps its place", async () => {
  const { sent, push } = setUp();
  push(1);
  push(5);
  push(3);
  await Promise.resolve();
  expect(sent).toEqual(["0: 1 to 1", "4: 5 to 5", "2: 3 to 3"]);
});

test("a message does not grow beyond its limit, unless one job is larger", async () => {
  const { sent, push } = setUp();
  push(1, rowsPerMessage - 1);
  push(rowsPerMessage, 2);
  push(rowsPerMessage + 2, rowsPerMessage + 5);
  await Promise.resolve();
  expect(sent).toEqual(["0: 1 to 999", "999: 1000 to 1001", "1001: 1002 to 2006"]);
});

test("rows that go to several nodes are written out once, and never for others", () => {
  let reads = 0;
  const counted = rows(1, 1).map((row) => ({
    ...row,
    get job() {
      reads++;
      return row.job;
    },
  }));
  const write = createWriter();
  const message = { type: "rows", after: 0, rows: counted } as const;
  const text = write(message);
  const readsOfOne = reads;
  expect([readLogMessage(text), write({ ...message })]).toEqual([{ ...message, rows: rows(1, 1) }, text]);
  expect(reads).toBe(readsOfOne);
  expect(JSON.parse(write({ ...message, after: 7 })).after).toBe(7);
  expect(readLogMessage(write({ type: "rows", after: 0, rows: [] }))).toMatchObject({ rows: [] });
});
