import { expect, test } from "bun:test";
import { type Job, jobFromReceipt } from "./job.ts";
import { jobTitle, lostText, statusText, waitingText } from "./job-words.ts";
import { en } from "./texts/en.ts";

function job(changes: Partial<Job> = {}): Job {
  const receipt = { status: "RECEIVED", uuid: "u-1", added_at: "2026-11-23 13:39:52.636426" } as const;
  return { ...jobFromReceipt(receipt, "original", ["/sample.li/a.jpg"]), ...changes };
}

test("statusText says how a job ended and how long it took", () => {
  expect(statusText(job({ status: "DONE", duration_ms: 12.3 }), en)).toBe("DONE in 12 ms");
  expect(statusText(job({ status: "ERROR", duration_ms: 120_000 }), en)).toBe("ERROR after 2 min");
});

test("statusText names the state of a job that runs", () => {
  expect(statusText(job({ status: "FLUSHINGCDNSERVERS" }), en)).toBe("FLUSHING CDN");
});

test("lostText says that nothing was heard since", () => {
  expect(lostText(job({ status: "PREPARING" }), en)).toBe("NO ANSWER, last heard: PREPARING");
});

test("jobTitle names the first address and counts the others", () => {
  expect(jobTitle(job(), en)).toBe("/sample.li/a.jpg");
  expect(jobTitle(job({ urls: { received: ["/a", "/b", "/c"], invalidated: [], failed: [] } }), en)).toBe(
    "/a and 2 more",
  );
  expect(jobTitle(job({ scope: "all", urls: { received: null, invalidated: ["/*"], failed: [] } }), en)).toBe(
    "Everything",
  );
});

test("waitingText counts the servers that an unfinished job waits for", () => {
  const nodes = [
    { id: "a", state: "acked", duration_ms: 12 },
    { id: "b", state: "waiting", duration_ms: null },
  ] as const;
  expect(waitingText(job({ nodes }), en)).toBe("Waiting for 1 of 2 image servers");
  expect(waitingText(job({ nodes: nodes.slice(1) }), en)).toBe("Waiting for 1 image server");
  expect(waitingText(job({ nodes, status: "ERROR" }), en)).toBe("");
  expect(waitingText(job(), en)).toBe("");
});
