import { checkTarget, type PurgeMode, type PurgeTarget } from "./target.ts";

/** One row of the purge log. Rows are totally ordered by `seq`: 1, 2, 3, …; an old one may be gone, or wider than it was. */
export interface LogRow extends PurgeTarget {
  readonly seq: number;
  /** Job that it belongs to. It also tells this row from one that had the same number in another copy of the log. */
  readonly job: string;
  readonly mode: PurgeMode;
}

const modes: ReadonlySet<unknown> = new Set<PurgeMode>(["hard", "revalidate", "soft", "erase"]);

/**
 * Checks that a value from outside (wire, database) is a row.
 * @throws TypeError if it is not: a row that cannot be read must stop a node, not be skipped
 */
export function checkLogRow(value: unknown): LogRow {
  const row = value as LogRow;
  const isRow =
    typeof row === "object" &&
    row !== null &&
    Number.isSafeInteger(row.seq) &&
    row.seq > 0 &&
    typeof row.job === "string" &&
    modes.has(row.mode);
  if (!isRow) throw new TypeError(`not a row of a purge log: ${JSON.stringify(value)?.slice(0, 200)}`);
  checkTarget(row);
  return row;
}
