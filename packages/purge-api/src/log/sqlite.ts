import { randomUUID } from "node:crypto";
import { setImmediate as turnOfEvents } from "node:timers/promises";
import { checkLogRow, type LogRow } from "@freshet/core";
import { and, asc, count, eq, gt, max, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { placeholders } from "../db/placeholders.ts";
import { jobs, meta, onceKeys, purgeLog } from "../db/schema.ts";
import { inGroups } from "./in-groups.ts";
import type { Job, JobStore, PurgeLog } from "./log.ts";
import { createSqliteAppend } from "./sqlite-append.ts";
import { createSqliteCompact } from "./sqlite-compact.ts";
import { createSqliteJobs } from "./sqlite-jobs.ts";

export interface SqliteLog extends PurgeLog, JobStore {
  /** Resolves when everything that was asked for is written: before the file is closed. */
  written(): Promise<void>;
}

/**
 * Log and jobs in one SQLite file, which this process alone has open. What is asked for in the same turn of the event
 * loop is written in one transaction, in which nothing waits: so between a commit and the head's move nothing else can run.
 *
 * @param onCommit told the new head when rows are on disk, before anybody hears of them
 * @param checkFile throws if what is written is not kept
 */
export function createSqliteLog(
  db: Db,
  onCommit: (head: number) => void = () => {},
  checkFile: () => void = () => {},
): SqliteLog {
  const add = createSqliteAppend(db);
  const once = findOnce(db);
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

  const write = inGroups(async (group: readonly (() => Job | null)[]) => {
    checkFile();
    const written = db.transaction(() => group.map((work) => work()), { behavior: "immediate" });
    const before = head;
    head = Math.max(head, ...written.map((job) => job?.seqTo ?? 0));
    if (head > before) onCommit(head);
    return written;
  }, turnOfEvents);

  const { seq, job, token, kind, pattern, mode } = purgeLog;
  const page = db
    .select({ seq, job, token, kind, pattern, mode })
    .from(purgeLog)
    .where(gt(purgeLog.seq, sql.placeholder("after")))
    .orderBy(asc(purgeLog.seq))
    .limit(sql.placeholder("limit"))
    .prepare();

  async function read(after: number, limit: number): Promise<LogRow[]> {
    // Put together here: drizzle takes twice as long for a row as SQLite does.
    return page
      .values({ after, limit })
      .map(([seq, job, token, kind, pattern, mode]) => checkLogRow({ seq, job, token, kind, pattern, mode }));
  }

  async function knows(seq: number, job: string): Promise<"yes" | "no" | "forgotten"> {
    if (seq === 0) return job === "" ? "yes" : "no";
    const row = db.select({ job: purgeLog.job }).from(purgeLog).where(eq(purgeLog.seq, seq)).get();
    if (row || seq > head) return row?.job === job ? "yes" : "no";
    // Dropped rows are mostly remembered by the jobs whose last rows they were.
    const isEndOf = and(eq(jobs.uuid, job), eq(jobs.seqTo, seq));
    return db.select({ uuid: jobs.uuid }).from(jobs).where(isEndOf).get() ? "yes" : "forgotten";
  }

  /** Numbers that no row has any more. */
  let gone = head - (db.select({ rows: count() }).from(purgeLog).get()?.rows ?? 0);
  const compact = createSqliteCompact(db, { head: () => head, read }, (rows) => {
    gone += rows;
  });

  return {
    logId: () => logId,
    async renewId(from) {
      if (logId === from) logId = renewedId();
    },
    head: () => head,
    read,
    knows,
    size: () => head - gone,
    compact,
    append: (...job: Parameters<typeof add.append>) =>
      write({ rows: job[1].rows.length, work: () => add.append(...job) }) as Promise<Job>,
    findOnce: async (token, key, now) => once.get({ token, key, now }) ?? null,
    again: (...job) => write({ rows: job[1].length, work: () => add.again(...job) }),
    async written() {
      await write({ rows: 0, work: () => null });
    },
    watch() {}, // Nobody else can write to the file.
    ...createSqliteJobs(db, (work) => write({ rows: 1, work }) as Promise<Job>),
  };
}

function findOnce(db: Db) {
  const { token, key, now } = placeholders("token", "key", "now");
  return db
    .select({ bodyHash: onceKeys.bodyHash, uuid: onceKeys.job })
    .from(onceKeys)
    .where(and(eq(onceKeys.token, token), eq(onceKeys.key, key), gt(onceKeys.until, now)))
    .prepare();
}
