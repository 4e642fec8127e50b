import type { PurgeLog } from "./log.ts";

/** How much a log that could not be made short enough must grow before it is tried again, as a share of the bound. */
const growth = 0.1;

/**
 * Keeps the log within its bound. A job that runs holds back all that came after it: then it stays longer for a while.
 *
 * @param onStep for tests: see `PurgeLog.compact`
 * @returns to be called now and then; does nothing while the log is short, or is being compacted
 */
export function createCompactor(
  log: Pick<PurgeLog, "head" | "size" | "compact">,
  maxRows: number,
  onStep?: () => unknown,
): () => Promise<void> {
  let isCompacting = false;
  let triedAt = 0;
  return async () => {
    if (isCompacting || log.size() <= Math.max(maxRows, triedAt)) return;
    isCompacting = true;
    const head = log.head();
    try {
      await log.compact(maxRows, onStep);
    } finally {
      isCompacting = false;
      // What came meanwhile was not looked at, and may be dropped the next time.
      const left = log.size() - (log.head() - head);
      triedAt = left + Math.ceil(maxRows * growth);
    }
  };
}
