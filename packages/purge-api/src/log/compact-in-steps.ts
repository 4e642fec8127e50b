import { setTimeout as sleep } from "node:timers/promises";
import { compact, type LogRow } from "@freshet/core";

/** Rows that are read, widened or dropped at once: some 1 ms, and one wait for the disk. */
const stepRows = 250;

/** How much of the bound is used when a log was compacted: so that it need not be at each row. */
const share = 0.8;

/** Work goes on this long before others get their turn, and they get this many times as long: a purge has several turns. */
const pieceMs = 1;
const restShare = 2;

/** What a database does for it. After each call the log is right, and other work may come in between. */
export interface CompactionSteps {
  /** The head, and up to where all rows belong to jobs that have ended. */
  bounds(): Promise<{ readonly head: number; readonly endedUpTo: number }>;
  read(after: number, limit: number): Promise<LogRow[]>;
  /** Puts rows in the place of those with the same numbers. */
  widen(rows: readonly LogRow[]): Promise<void>;
  drop(rows: readonly Pick<LogRow, "seq">[]): Promise<void>;
}

/**
 * Makes a log shorter while purges go on: rows are added meanwhile, jobs end and begin again, and none of it matters to
 * what was planned. Rows are widened before others go that they cover, so that it may be interrupted anywhere; who reads
 * the log meanwhile reads upwards, and what covers a row comes after it.
 *
 * @param onStep for tests: called after each step of the writing, and waited for
 */
export async function compactInSteps(
  { bounds, read, widen, drop }: CompactionSteps,
  maxRows: number,
  onStep: () => unknown,
): Promise<void> {
  const rest = createRest();
  const { head, endedUpTo } = await bounds();
  const rows: LogRow[] = [];
  for (let after = 0; after < endedUpTo; ) {
    const page = await read(after, stepRows);
    for (const row of page) if (row.seq <= endedUpTo) rows.push(row);
    after = page.at(-1)?.seq ?? endedUpTo;
    await rest();
  }
  const newer = head - endedUpTo;
  const plan = compact(rows, Math.max(0, Math.floor(maxRows * share) - newer));
  let step = plan.next();
  for (; !step.done; step = plan.next()) await rest();
  const { widened, dropped } = step.value;
  for (const slice of slices(widened)) {
    await widen(slice);
    await onStep();
    await rest();
  }
  // Also if nothing was widened: from here on rows go.
  await onStep();
  for (const slice of slices(dropped)) {
    await drop(slice.map((seq) => ({ seq })));
    await onStep();
    await rest();
  }
}

function* slices<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += stepRows) yield list.slice(at, at + stepRows);
}

/** @returns a function to be called between steps of long work: lets others have their turn when it is time */
function createRest(): () => Promise<void> {
  let sinceMs = performance.now();
  return async () => {
    const workedMs = performance.now() - sinceMs;
    if (workedMs < pieceMs) return;
    await sleep(Math.ceil(restShare * workedMs));
    sinceMs = performance.now();
  };
}
