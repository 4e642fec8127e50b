import { checkLogRow } from "@freshet/core";
import { asc, gt, notInArray, sql } from "drizzle-orm";
import type { OpenPostgres, PostgresDb } from "../db/postgres-open.ts";
import { readRows, rowsText } from "../db/postgres-rows.ts";
import { jobs, meta, purgeLog } from "../db/postgres-schema.ts";
import { type CompactionSteps, compactInSteps } from "./compact-in-steps.ts";
import { finalStatuses, firstRowOf } from "./log.ts";

const lock = sql`hashtext('freshet compaction')`;

/**
 * One replica at a time: two that planned different things could drop what the other one has widened. The lock is that of
 * a connection, and every step is done over the same one, so none is done without it. Who finds it taken leaves it.
 *
 * @see PurgeLog.compact
 */
export function createPostgresCompact({ alone }: Pick<OpenPostgres, "alone">) {
  return (maxRows: number, onStep = () => {}): Promise<void> =>
    alone(async (db) => {
      const [tried] = await db.execute<{ held: boolean }>(sql`SELECT pg_try_advisory_lock(${lock}) AS held`);
      if (!tried?.held) return;
      try {
        await compactInSteps(stepsOn(db), maxRows, onStep);
      } finally {
        // If this fails, the connection is gone, and the lock with it.
        await db.execute(sql`SELECT pg_advisory_unlock(${lock})`).catch(() => {});
      }
    });
}

function stepsOn(db: PostgresDb): CompactionSteps {
  return {
    ...{ rowsAtOnce: 1_000, isElsewhere: true },
    async bounds() {
      // In this order: a job that is accepted after the head was read has its rows after it.
      const [{ head } = { head: 0 }] = await db.select({ head: meta.head }).from(meta);
      const running = await db
        .select({ seqTo: jobs.seqTo, invalidated: jobs.invalidated })
        .from(jobs)
        .where(notInArray(jobs.status, finalStatuses));
      return { head, endedUpTo: Math.min(head, ...running.map((job) => firstRowOf(job) - 1)) };
    },
    async read(after, limit) {
      const page = db.select().from(purgeLog).where(gt(purgeLog.seq, after));
      return (await page.orderBy(asc(purgeLog.seq)).limit(limit)).map(checkLogRow);
    },
    async widen(rows) {
      const names = ["seq", "kind", "pattern", "mode"] as const;
      await db.execute(sql`UPDATE ${purgeLog} SET kind = rows.kind, pattern = rows.pattern, mode = rows.mode
        FROM ${readRows(purgeLog, names, rowsText(purgeLog, names, rows))} WHERE ${purgeLog.seq} = rows.seq`);
    },
    async drop(rows) {
      const numbers = rowsText(purgeLog, ["seq"], rows);
      await db.execute(
        sql`DELETE FROM ${purgeLog} USING ${readRows(purgeLog, ["seq"], numbers)} WHERE ${purgeLog.seq} = rows.seq`,
      );
    },
  };
}
