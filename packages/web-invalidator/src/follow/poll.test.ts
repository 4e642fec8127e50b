import { expect, test } from "bun:test";
import type { JobStatus } from "@freshet/core";
import { type Job, jobFromReceipt } from "../job.ts";
import { createManualClock } from "../manual-clock.ts";
import { createPoller, pollDelayMs } from "./poll.ts";

function jobOf(uuid: string, status: JobStatus): Job {
  return jobFromReceipt({ uuid, status, added_at: "2026-11-23 13:39:52.636426" }, "all", null);
}

/** A poller whose service answers with `status`, and a record of what happened when. */
function setUp() {
  const clock = createManualClock();
  const service = { status: "PREPARING" as JobStatus, down: false };
  const asked: number[] = [];
  const heard: JobStatus[] = [];
  const failures: unknown[] = [];
  const poller = createPoller({
    clock,
    load: async (uuid) => {
      asked.push(clock.nowMs());
      if (service.down) throw new Error("down");
      return jobOf(uuid, service.status);
    },
    onJob: ({ status }) => heard.push(status),
    onFailure: (error) => failures.push(error),
  });
  return { clock, service, poller, asked, heard, failures };
}

const delays: [elapsedMs: number, delayMs: number][] = [
  [0, 200],
  [1_999, 200],
  [2_000, 1_000],
  [9_999, 1_000],
  [10_000, 3_000],
  [86_400_000, 3_000],
];

for (const [elapsedMs, delayMs] of delays) {
  test(`pollDelayMs waits ${delayMs} ms when ${elapsedMs} ms are over`, () => {
    expect(pollDelayMs(elapsedMs)).toBe(delayMs);
  });
}

test("createPoller asks every 200 ms at first, then more and more rarely", async () => {
  const { clock, poller, asked } = setUp();
  poller.watch("u");
  await clock.advance(20_000);
  const fast = Array.from({ length: 10 }, (_, at) => (at + 1) * 200);
  const slower = [3, 4, 5, 6, 7, 8, 9, 10, 13, 16, 19].map((seconds) => seconds * 1_000);
  expect(asked).toEqual([...fast, ...slower]);
});

test("createPoller stops when the job is final", async () => {
  const { clock, service, poller, heard } = setUp();
  poller.watch("u");
  await clock.advance(250);
  service.status = "DONE";
  await clock.advance(60_000);
  expect(heard).toEqual(["PREPARING", "DONE"]);
});

test("createPoller asks once for a job that is watched twice", async () => {
  const { clock, poller, asked } = setUp();
  poller.watch("u");
  poller.watch("u");
  await clock.advance(200);
  expect(asked).toEqual([200]);
});

test("createPoller gives a job up when a call fails, and takes it up again when told", async () => {
  const { clock, service, poller, asked, heard, failures } = setUp();
  service.down = true;
  poller.watch("u");
  await clock.advance(60_000);
  expect(asked).toEqual([200]);
  expect(failures).toHaveLength(1);

  service.down = false;
  poller.watch("u");
  await clock.advance(200);
  expect(heard).toEqual(["PREPARING"]);
});

test("createPoller passes nothing on after clear, not even an answer that was on its way", async () => {
  const clock = createManualClock();
  const answer = Promise.withResolvers<Job>();
  const heard: Job[] = [];
  const poller = createPoller({
    clock,
    load: () => answer.promise,
    onJob: (job) => heard.push(job),
    onFailure: () => {},
  });
  poller.watch("u");
  await clock.advance(200);
  poller.clear();
  answer.resolve(jobOf("u", "DONE"));
  await clock.advance(60_000);
  expect(heard).toEqual([]);
});
