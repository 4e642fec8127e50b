import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogRow } from "@freshet/core";
import { eq, inArray, notInArray } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { jobs, purgeLog } from "../db/schema.ts";
import { finalStatuses, firstRowOf, type PurgeLog } from "./log.ts";
import { planCompaction, sliceRows, slices } from "./plan-compaction.ts";

/**
 * Other work goes on meanwhile: rows are added, jobs end and begin again, and none of it matters to what was planned.
 * Each step is a transaction of its own, and after each the log is right: rows are widened before others go that they
 * cover.
 */
export function createSqliteCompact(db: Db, log: Pick<PurgeLog, "head" | "read" | "size">) {
  /** Rows up to here belong to jobs that have ended. */
  function endedUpTo(): number {
    const running = db.select().from(jobs).where(notInArray(jobs.status, finalStatuses)).all();
    return Math.min(log.head(), ...running.map((job) => firstRowOf(job) - 1));
  }

  async function readUpTo(last: number): Promise<LogRow[]> {
    const rows: LogRow[] = [];
    for (;;) {
      const page = await log.read(rows.at(-1)?.seq ?? 0, sliceRows);
      rows.push(...page.filter(({ seq }) => seq <= last));
      if (page.length < sliceRows || (page.at(-1)?.seq ?? 0) > last) return rows;
      await nextTurn();
    }
  }

  return async (maxRows: number, onStep = () => {}): Promise<void> => {
    const rows = await readUpTo(endedUpTo());
    const { widened, dropped } = await planCompaction(rows, log.size() - rows.length, maxRows);
    db.transaction((tx) => {
      for (const { seq, kind, pattern, mode } of widened) {
        tx.update(purgeLog).set({ kind, pattern, mode }).where(eq(purgeLog.seq, seq)).run();
      }
    });
    onStep();
    for (const slice of slices(dropped)) {
      db.delete(purgeLog)
        .where(inArray(purgeLog.seq, [...slice]))
        .run();
      onStep();
      await nextTurn();
    }
  };
}
