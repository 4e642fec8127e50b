import { randomUUID } from "node:crypto";
import { describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Author } from "../audit/audit.ts";
import { entryOf } from "../audit/entry.ts";
import { addPostgresEntry, closePostgresEntry } from "../db/postgres-audit.ts";
import { channel, type OpenPostgres, type PostgresDb } from "../db/postgres-open.ts";
import { jobs, meta, onceKeys, purgeLog } from "../db/postgres-schema.ts";
import type { Job, Once } from "./log.ts";
import { fromNow, jobColumns, ownedS } from "./postgres-jobs.ts";

type Transaction = Pick<PostgresDb, "delete" | "execute" | "insert" | "select" | "update">;

/** Rows in one statement: Postgres takes 65,535 parameters. */
const rowsPerInsert = 5_000;

/** Both write a job and its rows in one transaction; they are on disk when the call resolves. */
export function createPostgresAppend({ db, replica }: OpenPostgres) {
  const owned = () => ({ owner: replica, ownedUntil: fromNow(ownedS) });

  /** @param work returns `null` to take everything back */
  function inTransaction(work: (tx: Transaction) => Promise<Job | null>): Promise<Job | null> {
    return db.transaction(async (tx) => {
      // A commit that is answered is on disk, whatever the server is set to do by default.
      await tx.execute(sql`SET LOCAL synchronous_commit = on`);
      const job = await work(tx);
      if (job) await tx.execute(sql`SELECT pg_notify(${channel}, ${replica})`);
      return job;
    });
  }

  function append(
    token: string,
    invalidation: Invalidation,
    addedAt: number,
    once: Once | null = null,
    author: Author | null = null,
  ) {
    return inTransaction(async (tx) => {
      const uuid = randomUUID();
      const { scope, received, failed } = invalidation;
      if (once && !(await take(tx, token, uuid, once, addedAt))) return null;
      const rows = invalidation.rows.map(({ target, mode }) => ({ ...target, mode }));
      // Before the lock that all appends wait for.
      if (author) await addPostgresEntry(tx, entryOf(author, { uuid, token, scope, addedAt }, rows));
      const seqTo = await addRows(tx, uuid, rows);
      const invalidated = invalidation.rows.map(({ target }) => describeTarget(target));
      const values = { uuid, token, scope, received, invalidated, failed, seqTo, addedAt, ...owned() };
      const added = await tx
        .insert(jobs)
        .values({ ...values, status: "RECEIVED" })
        .returning(jobColumns);
      return added[0] as Job;
    });
  }

  function again(
    { uuid }: Job,
    rows: readonly LogRow[],
    addedAt: number,
    author: Author | null = null,
  ): Promise<Job | null> {
    return inTransaction(async (tx) => {
      const isFinal = and(eq(jobs.uuid, uuid), inArray(jobs.status, ["DONE", "ERROR"]));
      const [ended] = await tx.select(jobColumns).from(jobs).where(isFinal).for("update");
      if (!ended) return null;
      await closePostgresEntry(tx, ended);
      if (author) await addPostgresEntry(tx, entryOf(author, { ...ended, addedAt }, rows));
      const seqTo = await addRows(tx, uuid, rows);
      const opened = { status: "RECEIVED", error: null, seqTo, addedAt, doneAt: null } as const;
      const [job] = await tx
        .update(jobs)
        .set({ ...opened, ...owned() })
        .where(isFinal)
        .returning(jobColumns);
      return job as Job;
    });
  }

  return { append, again };
}

/**
 * The first statement takes the lock that orders all rows; it is held until the commit.
 * @returns the last `seq`
 */
async function addRows(
  tx: Transaction,
  job: string,
  rows: readonly Omit<LogRow, "seq" | "job">[],
): Promise<number> {
  const moved = sql`${meta.head} + ${rows.length}::bigint`;
  const [locked] = await tx.update(meta).set({ head: moved }).returning({ head: meta.head });
  const { head } = locked as { head: number };
  const first = head - rows.length + 1;
  const numbered = rows.map(({ token, kind, pattern, mode }, at) => ({
    ...{ seq: first + at, job },
    ...{ token, kind, pattern, mode },
  }));
  for (let at = 0; at < numbered.length; at += rowsPerInsert) {
    await tx.insert(purgeLog).values(numbered.slice(at, at + rowsPerInsert));
  }
  return head;
}

/** @returns false if the key is taken; whoever takes it at the same moment is waited for */
async function take(tx: Transaction, token: string, job: string, once: Once, now: number): Promise<boolean> {
  await tx.delete(onceKeys).where(lte(onceKeys.until, now));
  const taken = await tx
    .insert(onceKeys)
    .values({ token, job, ...once })
    .onConflictDoNothing()
    .returning({ job: onceKeys.job });
  return taken.length > 0;
}
