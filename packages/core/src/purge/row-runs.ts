import { checkLogRow, type LogRow } from "./log-row.ts";

/**
 * Rows as they are sent: those that follow one another and have all but their patterns in common, as the rows of a job
 * mostly have, say it once. A long log is a third as long so, and is read in half the time.
 *
 * The number of the first, its job, token, kind and mode, and the patterns of all.
 */
export type RowRun = readonly [
  number,
  LogRow["job"],
  LogRow["token"],
  LogRow["kind"],
  LogRow["mode"],
  readonly string[],
];

export function toRuns(rows: readonly LogRow[]): RowRun[] {
  const runs: RowRun[] = [];
  let patterns: string[] = [];
  let before: LogRow | null = null;
  for (const row of rows) {
    if (before && follows(row, before)) patterns.push(row.pattern);
    else {
      patterns = [row.pattern];
      runs.push([row.seq, row.job, row.token, row.kind, row.mode, patterns]);
    }
    before = row;
  }
  return runs;
}

function follows(row: LogRow, before: LogRow): boolean {
  return (
    row.seq === before.seq + 1 &&
    row.job === before.job &&
    row.kind === before.kind &&
    row.mode === before.mode &&
    row.token === before.token
  );
}

/** @throws TypeError if these are no runs of rows */
export function fromRuns(runs: readonly unknown[]): LogRow[] {
  const rows: LogRow[] = [];
  for (const run of runs) {
    if (!Array.isArray(run) || !Array.isArray(run[5])) throw new TypeError("not rows of a purge log");
    const [first, job, token, kind, mode, patterns] = run as unknown as RowRun;
    checkLogRow({ seq: first, job, token, kind, pattern: "", mode });
    for (const [at, pattern] of patterns.entries()) {
      if (typeof pattern !== "string") throw new TypeError("a row of a purge log without a pattern");
      rows.push({ seq: first + at, job, token, kind, pattern, mode });
    }
  }
  return rows;
}
