import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Job } from "../log/log.ts";
import { formatTime, jobBody } from "./job-body.ts";

describe("times are written like Cloudimage's, in UTC, with six digits", () => {
  test.each([
    [1_691_501_992_636_426, "2023-08-08 13:39:52.636426"],
    [0, "1970-01-01 00:00:00.000000"],
    [1, "1970-01-01 00:00:00.000001"],
    [999, "1970-01-01 00:00:00.000999"],
    [1_000, "1970-01-01 00:00:00.001000"],
    [999_999, "1970-01-01 00:00:00.999999"],
    [951_782_400_000_000, "2000-02-29 00:00:00.000000"],
    [4_102_444_799_999_999, "2099-12-31 23:59:59.999999"],
  ])("%d is %s", (micros, text) => {
    expect(formatTime(micros)).toBe(text);
  });

  test("any time is 26 characters that sort as the times do", () => {
    const time = fc.integer({ min: 0, max: 4_102_444_799_999_999 });
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(formatTime(a)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
        expect(formatTime(a) < formatTime(b)).toBe(a < b);
      }),
    );
  });
});

const job: Job = {
  ...{ number: 1, uuid: "u", token: "doc", scope: "original", status: "RECEIVED", error: null, seqTo: 1 },
  received: ["/a", "?"],
  invalidated: ["/a"],
  failed: [{ url: "?", reason: "the line names no original" }],
  addedAt: 1_691_501_992_636_426,
  doneAt: null,
  ...{ rewarm: 0, rewarmed: null },
};

test("Cloudimage's members come first, ours after them", () => {
  const body = jobBody({
    job,
    status: "FLUSHINGCLOUDIMAGESERVER",
    nodes: [{ node: "n1", state: "waiting", durationMs: null }],
    fronts: [{ front: "edge", state: "rebounding", attempts: 2, durationMs: 12.5 }],
    erased: new Map(),
    rewarmed: null,
  });
  expect(Object.keys(body).slice(0, 5)).toEqual(["status", "uuid", "added_at", "urls", "scope"]);
  expect(body).toEqual({
    status: "FLUSHINGCLOUDIMAGESERVER",
    uuid: "u",
    added_at: "2023-08-08 13:39:52.636426",
    urls: { received: ["/a", "?"], invalidated: ["/a"], failed: ["?"] },
    scope: "original",
    problems: [{ url: "?", reason: "the line names no original" }],
    done_at: null,
    duration_ms: null,
    error: null,
    nodes: [{ id: "n1", state: "waiting", duration_ms: null }],
    fronts: [{ id: "edge", state: "rebounding", attempts: 2, duration_ms: 12.5 }],
  });
});

test("a finished job says when, and how long it took in milliseconds with decimals", () => {
  const done = { ...job, doneAt: job.addedAt + 2_345 };
  const view = { nodes: [], fronts: [], erased: new Map(), rewarmed: null };
  expect(jobBody({ job: done, status: "DONE", ...view })).toMatchObject({
    done_at: "2023-08-08 13:39:52.638771",
    duration_ms: 2.345,
  });
});

test("a node that erased says how much", () => {
  const erased = { originals: 1, variants: 3, bytes: 4_000 };
  const nodes = [
    { node: "n1", state: "acked", durationMs: 1.5 },
    { node: "n2", state: "lapsed", durationMs: 6_000 },
  ] as const;
  const view = { nodes, fronts: [], erased: new Map([["n1", erased]]), rewarmed: null };
  expect(jobBody({ job, status: "DONE", ...view }).nodes).toEqual([
    { id: "n1", state: "acked", duration_ms: 1.5, erased },
    { id: "n2", state: "lapsed", duration_ms: 6_000 },
  ]);
});

const made = { node: "n1", rendered: 1, there: 1, failed: 0, pictures: [], problem: null, durationMs: 5 };
test.each([
  ["FLUSHINGCLOUDIMAGESERVER", null, "waiting"],
  ["FLUSHINGCDNSERVERS", null, "running"],
  ["FLUSHINGCDNSERVERS", [made], "done"],
  ["DONE", [made], "done"],
  ["DONE", null, "skipped"],
  ["ERROR", null, "skipped"],
] as const)("of a job that is %s, with pictures made again: %j, these are %s", (status, rewarmed, state) => {
  const { node, durationMs, ...counts } = made;
  const nodes = rewarmed ? [{ id: node, ...counts, duration_ms: durationMs }] : [];
  const view = { status, nodes: [], fronts: [], erased: new Map(), rewarmed };
  expect(jobBody({ ...view, job: { ...job, rewarm: 2 } }).rewarm).toEqual({ asked: 2, state, nodes });
});
