import { randomUUID } from "node:crypto";
import { describeTarget, type Invalidation, type LogRow } from "@freshet/core";
import { and, eq, inArray, lte, sql } from "drizzle-orm";
import type { Author } from "../audit/audit.ts";
import { entryOf } from "../audit/entry.ts";
import { closeEntry, prepareAddEntry } from "../db/audit-store.ts";
import type { Db } from "../db/open.ts";
import { jobs, onceKeys, purgeLog } from "../db/schema.ts";
import type { Job, Once } from "./log.ts";

/** Both write a job and its rows in one transaction; they are on disk when the call returns. */
export function createSqliteAppend(db: Db) {
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

  const addEntry = prepareAddEntry(db);

  /** Within a transaction. @returns the last `seq`; a job has at least one row */
  function addRows(job: string, rows: readonly Omit<LogRow, "seq" | "job">[]): number {
    let seqTo = 0;
    for (const { token, kind, pattern, mode } of rows) {
      seqTo = Number(addRow.run({ job, token, kind, pattern, mode }).lastInsertRowid);
    }
    return seqTo;
  }

  /** Within a transaction. @returns false if the key is taken */
  function take(tx: Db, token: string, job: string, once: Once, now: number): boolean {
    tx.delete(onceKeys).where(lte(onceKeys.until, now)).run();
    const values = { token, job, ...once };
    return tx.insert(onceKeys).values(values).onConflictDoNothing().run().changes === 1;
  }

  function append(
    token: string,
    invalidation: Invalidation,
    addedAt: number,
    once: Once | null = null,
    author: Author | null = null,
  ): Job | null {
    const uuid = randomUUID();
    const rows = invalidation.rows.map(({ target, mode }) => ({ ...target, mode }));
    return db.transaction(
      (tx) => {
        if (once && !take(tx as unknown as Db, token, uuid, once, addedAt)) return null;
        const { scope } = invalidation;
        if (author) addEntry(entryOf(author, { uuid, token, scope, addedAt }, rows));
        return tx
          .insert(jobs)
          .values({
            uuid,
            token,
            scope,
            received: invalidation.received,
            invalidated: invalidation.rows.map(({ target }) => describeTarget(target)),
            failed: invalidation.failed,
            status: "RECEIVED",
            seqTo: addRows(uuid, rows),
            addedAt,
          })
          .returning()
          .get();
      },
      { behavior: "immediate" },
    );
  }

  function again(
    { uuid }: Job,
    rows: readonly LogRow[],
    addedAt: number,
    author: Author | null = null,
  ): Job | null {
    const isFinal = and(eq(jobs.uuid, uuid), inArray(jobs.status, ["DONE", "ERROR"]));
    return db.transaction(
      (tx) => {
        const before = tx.select().from(jobs).where(isFinal).get();
        if (!before) return null;
        closeEntry(tx, before);
        if (author) addEntry(entryOf(author, { ...before, addedAt }, rows));
        const seqTo = addRows(uuid, rows);
        const opened = { status: "RECEIVED", error: null, seqTo, addedAt, doneAt: null } as const;
        return tx.update(jobs).set(opened).where(isFinal).returning().get();
      },
      { behavior: "immediate" },
    );
  }

  return { append, again };
}
