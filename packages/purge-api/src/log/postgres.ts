import { checkLogRow, type LogRow } from "@freshet/core";
import { and, asc, count, eq, gt, sql } from "drizzle-orm";
import type { OpenPostgres } from "../db/postgres-open.ts";
import { jobs, meta, purgeLog } from "../db/postgres-schema.ts";
import type { Job, JobStore, PurgeLog } from "./log.ts";
import { createPostgresAppend } from "./postgres-append.ts";
import { createPostgresCompact } from "./postgres-compact.ts";
import { type HeadListeners, openPostgresHead } from "./postgres-head.ts";
import { createPostgresJobs } from "./postgres-jobs.ts";
import { createFindOnce } from "./postgres-once.ts";

export interface PostgresLog extends PurgeLog, JobStore {
  /**
   * Looks whether another replica changed something, without having heard of it: the connection that hears may be away
   * for long, since attempts to open it again come ever less often.
   */
  refresh(): Promise<void>;
}

/**
 * Log and jobs in Postgres, which several replicas write to.
 *
 * Numbers are given out under the lock of the row that holds the head, and the lock is held until the commit: so they
 * are committed in their order, none is lost when a transaction fails, and whoever sees a row sees all before it. (A
 * sequence keeps none of these.) Notifications only wake: what happened is read from the tables.
 *
 */
export async function createPostgresLog(
  database: OpenPostgres,
  report: (error: unknown) => void,
  listeners: HeadListeners = { onReturn() {}, onAcks() {} },
): Promise<PostgresLog> {
  const { db } = database;
  const write = createPostgresAppend(database);
  const { moveTo, read: readMeta, ...known } = await openPostgresHead(database, report, listeners);
  const { head } = known;
  const compact = createPostgresCompact(database);
  let counted = await countRows();

  /** Both in one look: rows are added meanwhile. */
  async function countRows(): Promise<{ rows: number; head: number }> {
    const ownHead = sql`(SELECT head FROM ${meta})`.mapWith(meta.head);
    const [row] = await db.select({ rows: count(), head: ownHead }).from(purgeLog);
    return row ?? { rows: 0, head: head() };
  }

  function moved(job: Job | null): Job | null {
    if (job) moveTo(job.seqTo);
    return job;
  }

  async function read(after: number, limit: number): Promise<LogRow[]> {
    const rows = await db
      .select()
      .from(purgeLog)
      .where(gt(purgeLog.seq, after))
      .orderBy(asc(purgeLog.seq))
      .limit(limit);
    return rows.map(checkLogRow);
  }

  return {
    ...known,
    read,
    async knows(seq, job) {
      if (seq === 0) return job === "" ? "yes" : "no";
      const [row] = await db.select({ job: purgeLog.job }).from(purgeLog).where(eq(purgeLog.seq, seq));
      if (row || seq > (await readMeta()).head) return row?.job === job ? "yes" : "no";
      // Dropped rows are mostly remembered by the jobs whose last rows they were.
      const isEndOf = and(eq(jobs.uuid, job), eq(jobs.seqTo, seq));
      const ended = await db.select({ uuid: jobs.uuid }).from(jobs).where(isEndOf);
      return ended.length > 0 ? "yes" : "forgotten";
    },
    size: () => counted.rows + Math.max(0, head() - counted.head),
    async compact(maxRows, onStep) {
      try {
        await compact(maxRows, onStep);
      } finally {
        // Also if it was another replica that dropped some.
        counted = await countRows();
      }
    },
    append: async (...job: Parameters<typeof write.append>) => moved(await write.append(...job)) as Job,
    findOnce: createFindOnce(db),
    again: async (...job) => moved(await write.again(...job)),
    ...createPostgresJobs(database),
  };
}
