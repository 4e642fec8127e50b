import { expect, test } from "bun:test";
import { type Job, jobFromReceipt } from "./job.ts";
import { count, durationText, jobTitle, lostText, readTime, statusText, waitingText } from "./job-words.ts";

function job(changes: Partial<Job> = {}): Job {
  const receipt = { status: "RECEIVED", uuid: "u-1", added_at: "2026-11-23 13:39:52.636426" } as const;
  return { ...jobFromReceipt(receipt, "original", ["/sample.li/a.jpg"]), ...changes };
}

const durations: [ms: number, text: string][] = [
  [0, "0 ms"],
  [0.04, "0 ms"],
  [3.42, "3.4 ms"],
  [9.94, "9.9 ms"],
  [9.96, "10 ms"],
  [12, "12 ms"],
  [999.4, "999 ms"],
  [999.6, "1 s"],
  [1_250, "1.3 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min"],
  [125_000, "2 min 5 s"],
];

for (const [ms, text] of durations) {
  test(`durationText says ${text} for ${ms}`, () => expect(durationText(ms)).toBe(text));
}

test("statusText says how a job ended and how long it took", () => {
  expect(statusText(job({ status: "DONE", duration_ms: 12.3 }))).toBe("DONE in 12 ms");
  expect(statusText(job({ status: "ERROR", duration_ms: 120_000 }))).toBe("ERROR after 2 min");
});

test("statusText names the state of a job that runs", () => {
  expect(statusText(job({ status: "FLUSHINGCDNSERVERS" }))).toBe("FLUSHING CDN");
});

test("lostText says that nothing was heard since", () => {
  expect(lostText(job({ status: "PREPARING" }))).toBe("NO ANSWER, last heard: PREPARING");
});

test("jobTitle names the first address and counts the others", () => {
  expect(jobTitle(job())).toBe("/sample.li/a.jpg");
  expect(jobTitle(job({ urls: { received: ["/a", "/b", "/c"], invalidated: [], failed: [] } }))).toBe(
    "/a and 2 more",
  );
  expect(jobTitle(job({ scope: "all", urls: { received: null, invalidated: ["/*"], failed: [] } }))).toBe(
    "Everything",
  );
});

test("waitingText counts the servers that an unfinished job waits for", () => {
  const nodes = [
    { id: "a", state: "acked" },
    { id: "b", state: "waiting" },
  ] as const;
  expect(waitingText(job({ nodes }))).toBe("Waiting for 1 of 2 image servers");
  expect(waitingText(job({ nodes: nodes.slice(1) }))).toBe("Waiting for 1 image server");
  expect(waitingText(job({ nodes, status: "ERROR" }))).toBe("");
  expect(waitingText(job())).toBe("");
});

test("readTime reads purge-api's times as UTC", () => {
  expect(readTime("2026-11-23 13:39:52.636426")?.toISOString()).toBe("2026-11-23T13:39:52.000Z");
  expect(readTime("yesterday")).toBeNull();
});

test("count separates thousands and knows the singular", () => {
  expect([count(0, "line"), count(1, "line"), count(12_000, "line")]).toEqual([
    "0 lines",
    "1 line",
    "12,000 lines",
  ]);
});
