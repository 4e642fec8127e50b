import { and, desc, eq, getTableColumns, inArray, lt, lte, type SQL, sql } from "drizzle-orm";
import { type AuditEntry, type AuditStore, type NewEntry, trimStep } from "../audit/audit.ts";
import { auditConditions } from "./audit-conditions.ts";
import type { Db } from "./open.ts";
import { placeholders } from "./placeholders.ts";
import { audit, jobs } from "./schema.ts";

/**
 * Prepared once, since each accepted purge is written down; it also runs within the transaction that stores a job.
 * @returns a function that returns the entry's number
 */
export function prepareAddEntry(db: Db): (entry: NewEntry) => number {
  const { number: _, ...columns } = getTableColumns(audit);
  const names = Object.keys(columns) as (keyof typeof columns)[];
  const insert = db
    .insert(audit)
    .values(placeholders(...names))
    .prepare();
  return (entry) => Number(insert.run({ ...entry }).lastInsertRowid);
}

/** Gives the entry of a run that is over its end, before its job begins another one. */
export function closeEntry(
  db: Pick<Db, "update">,
  { uuid, addedAt, status, doneAt }: { uuid: string; addedAt: number; status: string; doneAt: number | null },
): void {
  db.update(audit)
    .set({ outcome: status, endedAt: doneAt })
    .where(and(eq(audit.at, addedAt), eq(audit.job, uuid)))
    .run();
}

export function createAuditStore(db: Db): AuditStore {
  const addEntry = prepareAddEntry(db);
  // The end of a job's last run stands in the job.
  const outcome = sql<string | null>`coalesce(${audit.outcome}, ${jobs.status})`;
  const endedAt = sql<number | null>`coalesce(${audit.endedAt}, ${jobs.doneAt})`;
  const columns = {
    ...getTableColumns(audit),
    outcome: outcome.as("ends_as"),
    endedAt: endedAt.as("ends_at"),
  };

  function remove(condition: SQL | undefined): number {
    const numbers = db.select({ number: audit.number }).from(audit).where(condition).limit(trimStep);
    return db.delete(audit).where(inArray(audit.number, numbers)).run().changes;
  }

  return {
    add: async (entry) => addEntry(entry),
    async addTo(number, count, endedAt) {
      const more = sql`${audit.count} + ${count}`;
      db.update(audit).set({ count: more, endedAt }).where(eq(audit.number, number)).run();
    },
    async list(query) {
      const entries: AuditEntry[] = db
        .select(columns)
        .from(audit)
        .leftJoin(jobs, and(eq(jobs.uuid, audit.job), eq(jobs.addedAt, audit.at)))
        .where(auditConditions(audit, outcome, query))
        .orderBy(desc(audit.number))
        .limit(query.limit)
        .all();
      return entries;
    },
    async trim({ from, entries, refusals }) {
      const newest = sql`(SELECT coalesce(max(number), 0) FROM audit)`;
      const lastKept = sql`(SELECT number FROM audit WHERE action = 'refused' ORDER BY number DESC LIMIT 1 OFFSET ${refusals})`;
      return (
        remove(lte(audit.number, sql`${newest} - ${entries}`)) +
        remove(lt(audit.at, from)) +
        remove(and(sql`${audit.action} = 'refused'`, lte(audit.number, lastKept)))
      );
    },
  };
}
