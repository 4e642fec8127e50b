import { eq, notInArray, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { placeholders } from "../db/placeholders.ts";
import { jobs, purgeLog } from "../db/schema.ts";
import { compactInSteps } from "./compact-in-steps.ts";
import { finalStatuses, firstRowOf, type PurgeLog } from "./log.ts";

/**
 * Each step is a transaction of its own, in which nothing waits, not even for the disk: a disk that others keep busy may
 * take a tenth of a second, and purges would wait along. What a power cut takes of it are the last steps, and the log is
 * then as it was before them; what is committed after them is flushed together with them.
 *
 * @see PurgeLog.compact
 * @param onDrop told how many rows have gone
 */
export function createSqliteCompact(
  db: Db,
  { head, read }: Pick<PurgeLog, "head" | "read">,
  onDrop: (rows: number) => void,
) {
  const isRow = eq(purgeLog.seq, sql.placeholder("seq"));
  const { kind, pattern, mode } = placeholders("kind", "pattern", "mode");
  const widen = db
    .update(purgeLog)
    // A set that is prepared takes placeholders as SQL only.
    .set({ kind: sql`${kind}`, pattern: sql`${pattern}`, mode: sql`${mode}` })
    .where(isRow)
    .prepare();
  const drop = db.delete(purgeLog).where(isRow).prepare();

  function withoutFlush(work: () => void): void {
    db.run(sql`PRAGMA synchronous = NORMAL`);
    try {
      db.transaction(work);
    } finally {
      db.run(sql`PRAGMA synchronous = FULL`);
    }
  }

  async function bounds() {
    const running = db.select().from(jobs).where(notInArray(jobs.status, finalStatuses)).all();
    const endedUpTo = Math.min(head(), ...running.map((job) => firstRowOf(job) - 1));
    return { head: head(), endedUpTo };
  }

  const steps = {
    ...{ rowsAtOnce: 250, isElsewhere: false },
    bounds,
    read,
    widen: async (rows: readonly { seq: number; kind: string; pattern: string; mode: string }[]) =>
      withoutFlush(() => {
        for (const { seq, kind, pattern, mode } of rows) widen.run({ seq, kind, pattern, mode });
      }),
    async drop(rows: readonly { seq: number }[]) {
      withoutFlush(() => {
        for (const { seq } of rows) drop.run({ seq });
      });
      onDrop(rows.length);
    },
  };
  return (maxRows: number, onStep = () => {}) => compactInSteps(steps, maxRows, onStep);
}
