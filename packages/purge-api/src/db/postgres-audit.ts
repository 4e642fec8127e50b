import { and, desc, eq, getTableColumns, inArray, lt, lte, type SQL, sql } from "drizzle-orm";
import { type AuditEntry, type AuditStore, type NewEntry, trimStep } from "../audit/audit.ts";
import { auditConditions } from "./audit-conditions.ts";
import type { PostgresDb } from "./postgres-open.ts";
import { insertRows, rowsText } from "./postgres-rows.ts";
import { audit, jobs } from "./postgres-schema.ts";

const { number: _, ...columns } = getTableColumns(audit);
export const entryNames = Object.keys(columns) as (keyof typeof columns)[];

/** As in `audit-store.ts`. @returns their numbers */
export async function addPostgresEntries(
  db: Pick<PostgresDb, "execute">,
  entries: readonly NewEntry[],
): Promise<readonly number[]> {
  if (entries.length === 0) return [];
  const insert = sql`${insertRows(audit, entryNames, rowsText(audit, entryNames, entries))} RETURNING number`;
  const added = await db.execute<{ number: string }>(insert);
  return added.map(({ number }) => Number(number));
}

/** As in `audit-store.ts`. */
export async function closePostgresEntry(
  db: Pick<PostgresDb, "update">,
  { uuid, addedAt, status, doneAt }: { uuid: string; addedAt: number; status: string; doneAt: number | null },
): Promise<void> {
  await db
    .update(audit)
    .set({ outcome: status, endedAt: doneAt })
    .where(and(eq(audit.at, addedAt), eq(audit.job, uuid)));
}

export function createPostgresAudit(db: PostgresDb): AuditStore {
  // The end of a job's last run stands in the job.
  const outcome = sql<string | null>`coalesce(${audit.outcome}, ${jobs.status})`;
  const endedAt = sql`coalesce(${audit.endedAt}, ${jobs.doneAt})`.mapWith((at) =>
    at === null ? null : Number(at),
  );
  const columns = {
    ...getTableColumns(audit),
    outcome: outcome.as("ends_as"),
    endedAt: endedAt.as("ends_at"),
  };

  async function remove(condition: SQL | undefined): Promise<number> {
    const numbers = db.select({ number: audit.number }).from(audit).where(condition).limit(trimStep);
    const gone = await db
      .delete(audit)
      .where(inArray(audit.number, numbers))
      .returning({ number: audit.number });
    return gone.length;
  }

  return {
    add: async (entry) => (await addPostgresEntries(db, [entry]))[0] as number,
    async addTo(number, count, endedAt) {
      const more = sql`${audit.count} + ${count}::bigint`;
      await db.update(audit).set({ count: more, endedAt }).where(eq(audit.number, number));
    },
    async list(query) {
      const entries: AuditEntry[] = await db
        .select(columns)
        .from(audit)
        .leftJoin(jobs, and(eq(jobs.uuid, audit.job), eq(jobs.addedAt, audit.at)))
        .where(auditConditions(audit, outcome, query))
        .orderBy(desc(audit.number))
        .limit(query.limit);
      return entries;
    },
    async trim({ from, entries, refusals }) {
      const newest = sql`(SELECT coalesce(max(number), 0) FROM audit)`;
      const lastKept = sql`(SELECT number FROM audit WHERE action = 'refused' ORDER BY number DESC LIMIT 1 OFFSET ${refusals}::bigint)`;
      return (
        (await remove(lte(audit.number, sql`${newest} - ${entries}::bigint`))) +
        (await remove(lt(audit.at, from))) +
        (await remove(and(sql`${audit.action} = 'refused'`, lte(audit.number, lastKept))))
      );
    },
  };
}
