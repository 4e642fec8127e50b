import { setImmediate as nextTurn } from "node:timers/promises";
import { type Compaction, compact, type LogRow } from "@freshet/core";

/** Rows that are changed, or read, before others get their turn. */
export const sliceRows = 1_000;

/** How much of the bound is used when a log was compacted: so that it need not be at each row. */
const share = 0.8;

/**
 * @param rows that may be dropped or folded, of jobs that have ended
 * @param newer rows that must stay
 */
export async function planCompaction(
  rows: readonly LogRow[],
  newer: number,
  maxRows: number,
): Promise<Compaction> {
  const work = compact(rows, Math.max(0, Math.floor(maxRows * share) - newer));
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/** Lists are changed by parts. */
export function slices<T>(list: readonly T[]): (readonly T[])[] {
  const count = Math.ceil(list.length / sliceRows);
  return Array.from({ length: count }, (_, at) => list.slice(at * sliceRows, (at + 1) * sliceRows));
}
