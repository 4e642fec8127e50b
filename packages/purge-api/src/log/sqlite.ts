import { randomUUID } from "node:crypto";
import { checkLogRow, describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { asc, eq, gt, max, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { jobs, meta, purgeLog } from "../db/schema.ts";
import type { Job, JobStore, PurgeLog } from "./log.ts";
import { createSqliteJobs } from "./sqlite-jobs.ts";

/**
 * Log and jobs in one SQLite file, which this process alone has open. Nothing in here waits: one writer, and a commit
 * takes well under a millisecond; so between a commit and the head's move nothing else can run.
 */
export function createSqliteLog(db: Db): PurgeLog & JobStore {
  const addRow = db
    .insert(purgeLog)
    .values({
      job: sql.placeholder("job"),
      token: sql.placeholder("token"),
      kind: sql.placeholder("kind"),
      pattern: sql.placeholder("pattern"),
      mode: sql.placeholder("mode"),
    })
    .prepare();
  let logId = db.select().from(meta).get()?.logId ?? renewedId();
  // The head is asked for at every heartbeat; only `append` moves it.
  let head =
    db
      .select({ head: max(purgeLog.seq) })
      .from(purgeLog)
      .get()?.head ?? 0;

  function renewedId(): string {
    const id = randomUUID();
    db.insert(meta)
      .values({ id: 1, logId: id })
      .onConflictDoUpdate({ target: meta.id, set: { logId: id } })
      .run();
    return id;
  }

  async function append(token: string, invalidation: Invalidation, addedAt: number): Promise<Job> {
    const uuid = randomUUID();
    const job = db.transaction(
      (tx) => {
        let seqTo = head;
        for (const { target, mode } of invalidation.rows) {
          seqTo = Number(addRow.run({ job: uuid, ...target, mode }).lastInsertRowid);
        }
        return tx
          .insert(jobs)
          .values({
            uuid,
            token,
            scope: invalidation.scope,
            received: invalidation.received,
            invalidated: invalidation.rows.map(({ target }) => describeTarget(target)),
            failed: invalidation.failed,
            status: "RECEIVED",
            seqTo,
            addedAt,
          })
          .returning()
          .get();
      },
      { behavior: "immediate" },
    );
    head = job.seqTo;
    return job;
  }

  async function read(after: number, limit: number): Promise<LogRow[]> {
    const rows = db
      .select()
      .from(purgeLog)
      .where(gt(purgeLog.seq, after))
      .orderBy(asc(purgeLog.seq))
      .limit(limit)
      .all();
    return rows.map(checkLogRow);
  }

  async function jobAt(seq: number): Promise<string> {
    return db.select({ job: purgeLog.job }).from(purgeLog).where(eq(purgeLog.seq, seq)).get()?.job ?? "";
  }

  return {
    logId: () => logId,
    async renewId(from) {
      if (logId === from) logId = renewedId();
    },
    head: () => head,
    read,
    jobAt,
    append,
    watch() {}, // Nobody else can write to the file.
    ...createSqliteJobs(db),
  };
}
