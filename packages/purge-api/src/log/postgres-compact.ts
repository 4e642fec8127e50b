import { checkLogRow } from "@freshet/core";
import { asc, eq, inArray, lte, notInArray, sql } from "drizzle-orm";
import type { PostgresDb } from "../db/postgres-open.ts";
import { jobs, meta, purgeLog } from "../db/postgres-schema.ts";
import { finalStatuses, firstRowOf } from "./log.ts";
import { planCompaction, slices } from "./plan-compaction.ts";

/**
 * One transaction, so it happens as a whole, or not. Rows are added meanwhile, which does not matter to what was
 * planned; another replica that plans the same waits for nobody, and leaves it.
 */
export function createPostgresCompact(db: PostgresDb) {
  return (maxRows: number, onStep = () => {}): Promise<void> =>
    db.transaction(async (tx) => {
      const [lock] = await tx.execute<{ held: boolean }>(
        sql`SELECT pg_try_advisory_xact_lock(hashtext('freshet compaction')) AS held`,
      );
      if (!lock?.held) return;
      // In this order: a job that is accepted after the head was read has its rows after it.
      const [{ head } = { head: 0 }] = await tx.select({ head: meta.head }).from(meta);
      const running = await tx
        .select({ seqTo: jobs.seqTo, invalidated: jobs.invalidated })
        .from(jobs)
        .where(notInArray(jobs.status, finalStatuses));
      const endedUpTo = Math.min(head, ...running.map((job) => firstRowOf(job) - 1));
      const ended = await tx
        .select()
        .from(purgeLog)
        .where(lte(purgeLog.seq, endedUpTo))
        .orderBy(asc(purgeLog.seq));
      const newer = head - endedUpTo;
      const { widened, dropped } = await planCompaction(ended.map(checkLogRow), newer, maxRows);
      for (const { seq, kind, pattern, mode } of widened) {
        await tx.update(purgeLog).set({ kind, pattern, mode }).where(eq(purgeLog.seq, seq));
      }
      onStep();
      for (const slice of slices(dropped)) {
        await tx.delete(purgeLog).where(inArray(purgeLog.seq, [...slice]));
        onStep();
      }
    });
}
