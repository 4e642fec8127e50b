import { expect, test } from "bun:test";
import type { JobBounds } from "../log/log.ts";
import { onceForMs } from "./accept-once.ts";
import { keepJobs } from "./keep-jobs.ts";

test("as many steps as there are, and nothing that an Idempotency-Key may stand for", async () => {
  const asked: JobBounds[] = [];
  const trim = async (bounds: JobBounds) => 3 - asked.push(bounds);
  const nowMs = 1_000 * 86_400_000;
  await keepJobs({ trim }, { jobDays: 90, jobEntries: 7 }, nowMs);
  const young = (nowMs - onceForMs) * 1_000;
  expect(asked).toEqual(Array(3).fill({ from: 910 * 86_400_000_000, entries: 7, young }));
});
