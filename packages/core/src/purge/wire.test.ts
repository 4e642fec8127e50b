import { expect, test } from "bun:test";
import { readLogMessage, readNodeMessage } from "./wire.ts";

const row = { seq: 1, job: "j", token: "doc", kind: "all", pattern: "", mode: "soft" };

test.each([
  { type: "hello", node: "n", boot: "b", fence: "revalidate", logId: "", applied: 0, job: "" },
  { type: "hello", node: "n", boot: "b", fence: "serve", logId: "x", applied: 0, reached: 9, job: "j" },
  { type: "ack", applied: 3 },
  { type: "read", after: 0 },
  { type: "beat", beat: 1, applied: 9 },
])("readNodeMessage takes %j", (message) =>
  expect(readNodeMessage(JSON.stringify(message))).toEqual(message as never),
);

test.each([
  "",
  "null",
  "[]",
  "5",
  '{"type":"lease","beat":1,"leaseMs":5}',
  '{"type":"ack"}',
  '{"type":"ack","applied":-1}',
  '{"type":"ack","applied":1.5}',
  '{"type":"ack","applied":"1"}',
  '{"type":"hello","node":"n","boot":"b","fence":"never","logId":"","applied":0,"job":""}',
  '{"type":"hello","node":5,"boot":"b","fence":"serve","logId":"","applied":0,"job":""}',
])("readNodeMessage refuses %s", (text) => expect(() => readNodeMessage(text)).toThrow());

test.each([
  { type: "welcome", logId: "x", head: 0, isContinued: true },
  { type: "rows", after: 0, rows: [row] },
  { type: "lease", beat: 1, leaseMs: 5000 },
])("readLogMessage takes %j", (message) =>
  expect(readLogMessage(JSON.stringify(message))).toEqual(message as never),
);

test.each([
  "{}",
  '{"type":"rows","after":0,"rows":[{"seq":0}]}',
  `{"type":"rows","after":0,"rows":[${JSON.stringify({ ...row, kind: "some" })}]}`,
  `{"type":"rows","after":0,"rows":[${JSON.stringify({ ...row, seq: "1" })}]}`,
  '{"type":"welcome","logId":7,"head":0,"isContinued":true}',
  '{"type":"welcome","logId":"x","head":0}',
])("readLogMessage refuses %s", (text) => expect(() => readLogMessage(text)).toThrow());
