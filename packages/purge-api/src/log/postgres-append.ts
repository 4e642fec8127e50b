import { randomUUID } from "node:crypto";

import { describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { and, eq, inArray, lte, type SQL, sql } from "drizzle-orm";
import type { Author } from "../audit/audit.ts";
import { entriesOf } from "../audit/entry.ts";
import { gather } from "../db/gather.ts";
import { addPostgresEntries, closePostgresEntry, entryNames } from "../db/postgres-audit.ts";
import { startOfRows, tellOf, tellOfRows } from "../db/postgres-news.ts";
import { type OpenPostgres, onDisk, type PostgresDb } from "../db/postgres-open.ts";
import { insertRows, prepareStatement, rowsText } from "../db/postgres-rows.ts";
import { audit, jobs, meta, onceKeys, purgeLog } from "../db/postgres-schema.ts";
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

/** Keys whose time is over are looked for this often, microseconds. */
const freeKeysEvery = 60e6;

/** Both write jobs and their rows in one transaction; they are on disk when the call resolves. */
export function createPostgresAppend(database: OpenPostgres) {
  const { db, replica } = database;
  const owned = () => ({ owner: replica, ownedUntil: fromNow(ownedS) });
  const store = createStore(database);
  let freedAt = 0;

  /** All that comes while a transaction is under way waits for the lock of the head anyway: it shares the next one. */
  const appendNew = inGroups(async (group: readonly New[]): Promise<(Job | null)[]> => {
    const distinct = withDistinctKeys(group);
    const known = await store(distinct);
    if (distinct.some(({ once }) => once)) void freeKeys(Math.min(...group.map(({ addedAt }) => addedAt)));
    return group.map(({ uuid }) => known.get(uuid) ?? null);
  }, gather);

  /** A key that is over is taken by whoever sends it: this only keeps the table short, and may fail. */
  async function freeKeys(now: number): Promise<void> {
    if (now - freedAt < freeKeysEvery) return;
    freedAt = now;
    await db
      .delete(onceKeys)
      .where(lte(onceKeys.until, now))
      .catch(() => {});
  }

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
    return db.transaction(async (tx) => {
      await tx.execute(sql`SELECT ${onDisk}, ${tellOf("log", replica)}`);
      const isFinal = and(eq(jobs.uuid, uuid), inArray(jobs.status, ["DONE", "ERROR"]));
      const [ended] = await tx.select(jobColumns).from(jobs).where(isFinal).for("update");
      if (!ended) return null;
      await closePostgresEntry(tx, ended);
      if (author) await addPostgresEntries(tx, entriesOf(author, { ...ended, addedAt }, rows));
      const seqTo = await addRows(tx, uuid, rows);
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

/** Of jobs with one key the first alone may be stored. */
function withDistinctKeys(group: readonly New[]): readonly New[] {
  const seen = new Set<string>();
  return group.filter(({ token, once }) => {
    const id = once && `${token} ${once.key}`;
    if (id === null) return true;
    return !seen.has(id) && seen.add(id);
  });
}

const keyNames = ["token", "key", "bodyHash", "job", "until"] as const;
const jobNames = [
  ...(["uuid", "token", "scope", "received", "invalidated", "failed"] as const),
  ...(["status", "addedAt", "rewarm", "owner"] as const),
];
const rowNames = ["seq", "job", "token", "kind", "pattern", "mode"] as const;

/**
 * One statement, which is one way to the database and back: from when it has the lock of the head, on which the appends of
 * all replicas wait, it waits for nothing but the disk.
 *
 * Keys are taken before that, in one order everywhere, since whoever takes one at the same moment is waited for.
 */
function storeStatement(): SQL {
  const { placeholder } = sql;
  const lastOf = sql`moved.before + added.up_to`;
  const places = { logId: sql`moved.log_id`, after: sql`moved.before`, head: sql`moved.head` };
  return sql`
    WITH given AS (
      SELECT * FROM json_to_recordset(${placeholder("counts")}::text::json)
        AS given(at bigint, uuid text, count bigint, keyed boolean)),
    taken AS (
      ${insertRows(onceKeys, keyNames, placeholder("keys"))} ORDER BY rows.token, rows.key
      ON CONFLICT (token, key) DO UPDATE
        SET body_hash = excluded.body_hash, job = excluded.job, until = excluded.until
        WHERE once_key.until <= ${placeholder("now")}::bigint
      RETURNING job),
    added AS (
      SELECT at, uuid, count, sum(count) OVER (ORDER BY at) AS up_to FROM given
      WHERE NOT keyed OR uuid IN (SELECT job FROM taken)),
    total AS (SELECT sum(count)::bigint AS count FROM added),
    moved AS (
      UPDATE ${meta} SET head = ${meta.head} + total.count FROM total WHERE total.count > 0
      RETURNING ${meta.logId}, ${meta.head}, ${meta.head} - total.count AS before),
    entries AS (
      ${insertRows(audit, entryNames, placeholder("entries"))} WHERE rows.job IN (SELECT uuid FROM added)),
    stored AS (
      ${insertRows(purgeLog, rowNames, placeholder("rows"), { seq: sql`${lastOf} - added.count + rows.seq` })}
      JOIN added ON added.uuid = rows.job CROSS JOIN moved),
    numbered AS (
      ${insertRows(jobs, jobNames, placeholder("jobs"), { seqTo: lastOf, ownedUntil: fromNow(ownedS) })}
      JOIN added ON added.uuid = rows.uuid CROSS JOIN moved ORDER BY added.at
      RETURNING uuid, number, seq_to),
    told AS MATERIALIZED (SELECT ${onDisk}, ${tellOfRows(placeholder("news"), places)} FROM moved)
    SELECT numbered.* FROM numbered CROSS JOIN told`;
}

/** @returns stores jobs, and returns them as they are stored, by uuid; those are missing whose keys were taken */
function createStore({ db, replica }: OpenPostgres): (group: readonly New[]) => Promise<Map<string, Job>> {
  const run = prepareStatement<{ uuid: string; number: string; seq_to: string }>(db, storeStatement());
  return async (group) => {
    const stored = group.map(({ rows: _, once: __, author: ___, ...job }) => {
      return { ...job, status: "RECEIVED" as const, owner: replica };
    });
    const numbered = await run(valuesOf(group, stored, replica));
    const known = new Map(numbered.map(({ uuid, ...numbers }) => [uuid, numbers]));
    return new Map(
      stored.flatMap(({ owner: _, ...job }) => {
        const numbers = known.get(job.uuid);
        if (!numbers) return [];
        const [number, seqTo] = [Number(numbers.number), Number(numbers.seq_to)];
        return [[job.uuid, { ...job, number, seqTo, error: null, doneAt: null, rewarmed: null }] as const];
      }),
    );
  };
}

function valuesOf(
  group: readonly New[],
  stored: Parameters<typeof rowsText<typeof jobs, (typeof jobNames)[number]>>[2],
  replica: string,
) {
  const keys = group.flatMap(({ token, uuid, once }) => (once ? [{ token, job: uuid, ...once }] : []));
  const entries = group.flatMap(({ author, rows, ...job }) => (author ? entriesOf(author, job, rows) : []));
  // Their places in their job; the statement knows where that begins.
  const rows = group.flatMap(({ uuid, rows }) => rows.map((row, at) => ({ ...row, job: uuid, seq: at + 1 })));
  const counts = group.map(({ uuid, rows, once }, at) => {
    return { at, uuid, count: rows.length, keyed: once !== null };
  });
  return {
    counts: JSON.stringify(counts),
    now: Math.min(...group.map(({ addedAt }) => addedAt)),
    keys: rowsText(onceKeys, keyNames, keys),
    entries: rowsText(audit, entryNames, entries),
    rows: rowsText(purgeLog, rowNames, rows),
    jobs: rowsText(jobs, jobNames, stored),
    news: startOfRows(rows, replica),
  };
}

/**
 * The first statement takes the lock that orders all rows; it is held until the commit.
 * @returns the last `seq`
 */
async function addRows(tx: Transaction, job: string, rows: readonly Omit<LogRow, "seq">[]): Promise<number> {
  const moved = sql`${meta.head} + ${rows.length}::bigint`;
  const [locked] = await tx.update(meta).set({ head: moved }).returning({ head: meta.head });
  const { head } = locked as { head: number };
  const first = head - rows.length + 1;
  const numbered = rows.map((row, at) => ({ ...row, job, seq: first + at }));
  await tx.execute(insertRows(purgeLog, rowNames, rowsText(purgeLog, rowNames, numbered)));
  return head;
}
