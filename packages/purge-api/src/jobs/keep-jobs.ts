import { setImmediate as nextTurn } from "node:timers/promises";
import type { JobStore } from "../log/log.ts";
import { onceForMs } from "./accept-once.ts";

const dayMs = 86_400_000;

/**
 * Forgets jobs that are too old or too many, in steps between which others have their turn. None goes that an
 * Idempotency-Key may still stand for.
 * @param nowMs ms since 1970
 */
export async function keepJobs(
  store: Pick<JobStore, "trim">,
  { jobDays, jobEntries }: { readonly jobDays: number; readonly jobEntries: number },
  nowMs: number,
): Promise<void> {
  const before = (ms: number) => Math.round((nowMs - ms) * 1000);
  const bounds = { from: before(jobDays * dayMs), entries: jobEntries, young: before(onceForMs) };
  while ((await store.trim(bounds)) > 0) await nextTurn();
}
