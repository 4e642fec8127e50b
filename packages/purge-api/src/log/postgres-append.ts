import { randomUUID } from "node:crypto";
import { setImmediate as turnOfEvents } from "node:timers/promises";
import { describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Author } from "../audit/audit.ts";
import { entriesOf } from "../audit/entry.ts";
import { addPostgresEntries, closePostgresEntry } from "../db/postgres-audit.ts";
import { channel, type OpenPostgres, type PostgresDb } from "../db/postgres-open.ts";
import { insertRows } from "../db/postgres-rows.ts";
import { jobs, meta, onceKeys, purgeLog } from "../db/postgres-schema.ts";
import { inGroups } from "./in-groups.ts";
import type { Job, Once } from "./log.ts";
import { fromNow, jobColumns, ownedS } from "./postgres-jobs.ts";

type Transaction = Pick<PostgresDb, "delete" | "execute" | "insert" | "select" | "update">;

/** A job that is to be stored. */
interface New
  extends Pick<
    Job,
    "uuid" | "token" | "scope" | "received" | "invalidated" | "failed" | "addedAt" | "rewarm"
  > {
  readonly rows: readonly Omit<LogRow, "seq" | "job">[];
  readonly once: Once | null;
  readonly author: Author | null;
}

/** Both write jobs and their rows in one transaction; they are on disk when the call resolves. */
export function createPostgresAppend({ db, replica }: OpenPostgres) {
  const owned = () => ({ owner: replica, ownedUntil: fromNow(ownedS) });

  function inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return db.transaction(async (tx) => {
      // A commit that is answered is on disk, whatever the server is set to do by default.
      await tx.execute(sql`SET LOCAL synchronous_commit = on`);
      const done = await work(tx);
      await tx.execute(sql`SELECT pg_notify(${channel}, ${replica})`);
      return done;
    });
  }

  /** All that comes while a transaction is under way waits for the lock of the head anyway: it shares the next one. */
  const appendNew = inGroups(
    (group: readonly New[]) =>
      inTransaction(async (tx): Promise<(Job | null)[]> => {
        const taken = await take(tx, group);
        const added = group.filter(({ uuid, once }) => !once || taken.has(uuid));
        const known = await addJobs(tx, added, replica);
        return group.map(({ uuid }) => known.get(uuid) ?? null);
      }),
    turnOfEvents,
  );

  function append(
    token: string,
    { scope, received, failed, rewarm = 0, ...invalidation }: Invalidation,
    addedAt: number,
    once: Once | null = null,
    author: Author | null = null,
  ): Promise<Job | null> {
    const rows = invalidation.rows.map(({ target, mode }) => ({ ...target, mode }));
    const invalidated = rows.map(describeTarget);
    const job = { uuid: randomUUID(), token, scope, received, invalidated, failed, addedAt, rewarm };
    return appendNew({ work: { ...job, rows, once, author }, rows: rows.length });
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
      if (author) await addPostgresEntries(tx, entriesOf(author, { ...ended, addedAt }, rows));
      const seqTo = await addRows(
        tx,
        rows.map((row) => ({ ...row, job: uuid })),
      );
      const opened = {
        status: "RECEIVED",
        error: null,
        seqTo,
        addedAt,
        doneAt: null,
        rewarmed: null,
      } as const;
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

/** @returns the jobs as they are stored, by uuid */
async function addJobs(tx: Transaction, added: readonly New[], replica: string): Promise<Map<string, Job>> {
  if (added.length === 0) return new Map();
  // Before the lock that all appends wait for.
  const entries = added.flatMap(({ author, rows, ...job }) => (author ? entriesOf(author, job, rows) : []));
  await addPostgresEntries(tx, entries);
  const allRows = added.flatMap(({ uuid, rows }) => rows.map((row) => ({ ...row, job: uuid })));
  let seqTo = (await addRows(tx, allRows)) - allRows.length;
  const stored = added.map(({ rows, once: _, author: __, ...job }) => {
    seqTo += rows.length;
    return { ...job, status: "RECEIVED" as const, seqTo, owner: replica };
  });
  const names = ["uuid", "token", "scope", "received", "invalidated", "failed"] as const;
  const own = ["status", "seqTo", "addedAt", "rewarm", "owner"] as const;
  const until = { ownedUntil: fromNow(ownedS) };
  const numbered = await tx.execute<{ uuid: string; number: string }>(
    sql`${insertRows(jobs, [...names, ...own], stored, until)} RETURNING uuid, number`,
  );
  const numbers = new Map(numbered.map(({ uuid, number }) => [uuid, Number(number)]));
  return new Map(
    stored.map(({ owner: _, ...job }) => {
      const number = numbers.get(job.uuid) as number;
      return [job.uuid, { ...job, number, error: null, doneAt: null, rewarmed: null }];
    }),
  );
}

/**
 * The first statement takes the lock that orders all rows; it is held until the commit.
 * @returns the last `seq`
 */
async function addRows(tx: Transaction, rows: readonly Omit<LogRow, "seq">[]): Promise<number> {
  const moved = sql`${meta.head} + ${rows.length}::bigint`;
  const [locked] = await tx.update(meta).set({ head: moved }).returning({ head: meta.head });
  const { head } = locked as { head: number };
  const first = head - rows.length + 1;
  const numbered = rows.map((row, at) => ({ ...row, seq: first + at }));
  await tx.execute(insertRows(purgeLog, ["seq", "job", "token", "kind", "pattern", "mode"], numbered));
  return head;
}

/** @returns the jobs whose keys were free; whoever takes one at the same moment is waited for */
async function take(tx: Transaction, group: readonly New[]): Promise<ReadonlySet<string>> {
  const keys = group.flatMap(({ token, uuid, once }) => (once ? [{ token, job: uuid, ...once }] : []));
  if (keys.length === 0) return new Set();
  const now = Math.min(...group.map(({ addedAt }) => addedAt));
  await tx.delete(onceKeys).where(lte(onceKeys.until, now));
  // In one order everywhere: two replicas that take the same keys would wait for each other.
  keys.sort((a, b) => (`${a.token} ${a.key}` < `${b.token} ${b.key}` ? -1 : 1));
  const taken = await tx.execute<{ job: string }>(
    sql`${insertRows(onceKeys, ["token", "key", "bodyHash", "job", "until"], keys)} ON CONFLICT DO NOTHING RETURNING job`,
  );
  return new Set(taken.map(({ job }) => job));
}
