import { setTimeout as sleep } from "node:timers/promises";
import { compact, type LogRow } from "@freshet/core";

/** How much of the bound is used when a log was compacted: so that it need not be at each row. */
const share = 0.8;

/**
 * Work goes on this long before others get their turn, and they get this many times as long, since a purge has several
 * turns; but no longer than that where the machine is so busy that any work takes long.
 */
const pieceMs = 1;
const restShare = 2;
const maxRestMs = 20;

/** What a database does for it. After each call the log is right, and other work may come in between. */
export interface CompactionSteps {
  /** Rows that are read, widened or dropped at once: some 1 ms of work in this process. */
  readonly rowsAtOnce: number;
  /** Whether the work is done by another process: then others have their turn anyway. */
  readonly isElsewhere: boolean;
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
  { rowsAtOnce, isElsewhere, bounds, read, widen, drop }: CompactionSteps,
  maxRows: number,
  onStep: () => unknown,
): Promise<void> {
  const turns = createTurns();
  const afterStep = isElsewhere ? turns.begin : turns.rest;
  const { head, endedUpTo } = await bounds();
  const rows: LogRow[] = [];
  for (let after = 0; after < endedUpTo; ) {
    const page = await read(after, rowsAtOnce);
    for (const row of page) if (row.seq <= endedUpTo) rows.push(row);
    after = page.at(-1)?.seq ?? endedUpTo;
    await afterStep();
  }
  const newer = head - endedUpTo;
  const plan = compact(rows, Math.max(0, Math.floor(maxRows * share) - newer));
  let step = plan.next();
  for (; !step.done; step = plan.next()) await turns.rest();
  const { widened, dropped } = step.value;
  for (const slice of slices(widened, rowsAtOnce)) {
    await widen(slice);
    await onStep();
    await afterStep();
  }
  // Also if nothing was widened: from here on rows go.
  await onStep();
  for (const slice of slices(dropped, rowsAtOnce)) {
    await drop(slice.map((seq) => ({ seq })));
    await onStep();
    await afterStep();
  }
}

function* slices<T>(list: readonly T[], length: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += length) yield list.slice(at, at + length);
}

function createTurns() {
  let sinceMs = performance.now();
  async function begin(): Promise<void> {
    sinceMs = performance.now();
  }
  return {
    /** What was done until now let others have their turn. */
    begin,
    /** To be called between steps of long work: lets others have their turn when it is time. */
    async rest(): Promise<void> {
      const workedMs = performance.now() - sinceMs;
      if (workedMs < pieceMs) return;
      await sleep(Math.min(maxRestMs, Math.ceil(restShare * workedMs)));
      await begin();
    },
  };
}
