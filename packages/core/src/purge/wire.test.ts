import { expect, test } from "bun:test";
import { readLogMessage, readNodeMessage } from "./wire.ts";

const target = { token: "doc", kind: "prefix", pattern: "doc|//h/" };
const row = { seq: 1, job: "j", token: "doc", kind: "all", pattern: "", mode: "soft" };

const touched = {
  ...{ folder: "n", originals: 1, variants: 2, bytes: 3, atLeast: false },
  sample: { originals: ["doc|//h/a"], urls: ["/v7/h/a?w=5"] },
};

test.each([
  { type: "answer", ask: 1, answer: { kind: "touched", answer: touched } },
  {
    type: "answer",
    ask: 1,
    answer: { kind: "warm", answer: [{ url: "/v7/h/a", state: "there", reason: "" }] },
  },
  {
    type: "answer",
    ask: 1,
    answer: {
      kind: "rewarm",
      answer: { pictures: [{ url: "/v7/h/a", state: "failed", reason: "no" }], durationMs: 7 },
    },
  },
  { type: "answer", ask: 1, answer: { kind: "failed", reason: "no" } },
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
  '{"type":"answer","ask":1}',
  '{"type":"answer","ask":1,"answer":{"kind":"touched"}}',
  '{"type":"answer","ask":1,"answer":{"kind":"some"}}',
  '{"type":"answer","ask":1,"answer":{"kind":"rewarm"}}',
  '{"type":"answer","ask":1,"answer":{"kind":"rewarm","answer":{"pictures":[5],"durationMs":1}}}',
  '{"type":"answer","ask":1,"answer":{"kind":"rewarm","answer":{"pictures":[],"durationMs":-1}}}',
  '{"type":"answer","ask":1,"answer":{"kind":"warm","answer":[{"url":"/a","state":"hot","reason":""}]}}',
  `{"type":"answer","ask":-1,"answer":{"kind":"touched","answer":${JSON.stringify(touched)}}}`,
  `{"type":"answer","ask":1,"answer":{"kind":"touched","answer":${JSON.stringify({ ...touched, bytes: "3" })}}}`,
  `{"type":"answer","ask":1,"answer":{"kind":"touched","answer":${JSON.stringify({ ...touched, sample: {} })}}}`,
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
  { type: "ask", ask: 1, question: { kind: "touched", targets: [target], sample: 5 } },
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
  '{"type":"ask","ask":1,"question":{"kind":"some"}}',
  '{"type":"ask","ask":1,"question":{"kind":"warm","token":"doc","urls":[5],"accept":"","withinMs":1}}',
  '{"type":"ask","ask":1,"question":{"kind":"touched","targets":[{}],"sample":5}}',
  '{"type":"ask","ask":1,"question":{"kind":"touched","targets":7,"sample":5}}',
])("readLogMessage refuses %s", (text) => expect(() => readLogMessage(text)).toThrow());
