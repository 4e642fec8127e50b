import { randomUUID } from "node:crypto";
import { checkLogRow, type LogRow } from "@freshet/core";
import { and, asc, eq, gt, max } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { meta, onceKeys, purgeLog } from "../db/schema.ts";
import type { Job, JobStore, PurgeLog } from "./log.ts";
import { createSqliteAppend } from "./sqlite-append.ts";
import { createSqliteJobs } from "./sqlite-jobs.ts";

/**
 * Log and jobs in one SQLite file, which this process alone has open. Nothing in here waits: one writer, and a commit
 * takes well under a millisecond; so between a commit and the head's move nothing else can run.
 */
export function createSqliteLog(db: Db): PurgeLog & JobStore {
  const write = createSqliteAppend(db);
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

  /** Moves the head in one step with the commit: nothing can run in between. */
  function moved<J extends Job | null>(job: J): J {
    if (job) head = job.seqTo;
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
    append: async (...job: Parameters<typeof write.append>) => moved(write.append(...job)) as Job,
    async findOnce(token, key, now) {
      const isValid = and(eq(onceKeys.token, token), eq(onceKeys.key, key), gt(onceKeys.until, now));
      const columns = { bodyHash: onceKeys.bodyHash, uuid: onceKeys.job };
      return db.select(columns).from(onceKeys).where(isValid).get() ?? null;
    },
    again: async (...job) => moved(write.again(...job)),
    watch() {}, // Nobody else can write to the file.
    ...createSqliteJobs(db),
  };
}
