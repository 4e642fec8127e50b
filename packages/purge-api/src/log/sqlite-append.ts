import { randomUUID } from "node:crypto";
import { describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Author } from "../audit/audit.ts";
import { entriesOf } from "../audit/entry.ts";
import { closeEntry, prepareAddEntry } from "../db/audit-store.ts";
import type { Db } from "../db/open.ts";
import { placeholders } from "../db/placeholders.ts";
import { jobs, onceKeys, purgeLog } from "../db/schema.ts";
import type { Job, Once } from "./log.ts";

/** Both write a job and its rows, within a transaction. */
export function createSqliteAppend(db: Db) {
  const { addRow, addJob, freeKeys, takeKey } = prepare(db);
  const addEntry = prepareAddEntry(db);

  /** @returns the last `seq`; a job has at least one row */
  function addRows(job: string, rows: readonly Omit<LogRow, "seq" | "job">[]): number {
    let seqTo = 0;
    for (const { token, kind, pattern, mode } of rows) {
      seqTo = Number(addRow.run({ job, token, kind, pattern, mode }).lastInsertRowid);
    }
    return seqTo;
  }

  /** @returns false if the key is taken */
  function take(token: string, job: string, once: Once, now: number): boolean {
    freeKeys.run({ now });
    return takeKey.run({ token, job, ...once }).changes === 1;
  }

  function append(
    token: string,
    invalidation: Invalidation,
    addedAt: number,
    once: Once | null = null,
    author: Author | null = null,
  ): Job | null {
    const uuid = randomUUID();
    if (once && !take(token, uuid, once, addedAt)) return null;
    const { scope, received, failed, rewarm = 0 } = invalidation;
    const rows = invalidation.rows.map(({ target, mode }) => ({ ...target, mode }));
    if (author) entriesOf(author, { uuid, token, scope, addedAt, rewarm }, rows).forEach(addEntry);
    const seqTo = addRows(uuid, rows);
    const invalidated = invalidation.rows.map(({ target }) => describeTarget(target));
    const known = { uuid, token, scope, received, invalidated, failed, seqTo, addedAt, rewarm };
    const job = { ...known, status: "RECEIVED" } as const;
    return { ...job, ...addJob.get(job), error: null, doneAt: null, rewarmed: null };
  }

  function again(
    { uuid }: Job,
    rows: readonly LogRow[],
    addedAt: number,
    author: Author | null = null,
  ): Job | null {
    const isFinal = and(eq(jobs.uuid, uuid), inArray(jobs.status, ["DONE", "ERROR"]));
    const before = db.select().from(jobs).where(isFinal).get();
    if (!before) return null;
    closeEntry(db, before);
    if (author) entriesOf(author, { ...before, addedAt }, rows).forEach(addEntry);
    const seqTo = addRows(uuid, rows);
    const opened = { status: "RECEIVED", error: null, seqTo, addedAt, doneAt: null, rewarmed: null } as const;
    return db.update(jobs).set(opened).where(isFinal).returning().get();
  }

  return { append, again };
}

function prepare(db: Db) {
  const key = placeholders("token", "key", "bodyHash", "job", "until");
  const job = placeholders(
    "uuid",
    "token",
    "scope",
    "received",
    "invalidated",
    "failed",
    "status",
    "seqTo",
    "addedAt",
    "rewarm",
  );
  return {
    addRow: db
      .insert(purgeLog)
      .values(placeholders("job", "token", "kind", "pattern", "mode"))
      .prepare(),
    addJob: db.insert(jobs).values(job).returning({ number: jobs.number }).prepare(),
    freeKeys: db
      .delete(onceKeys)
      .where(lte(onceKeys.until, sql.placeholder("now")))
      .prepare(),
    takeKey: db.insert(onceKeys).values(key).onConflictDoNothing().prepare(),
  };
}
