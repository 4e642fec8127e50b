import { and, asc, desc, eq, inArray, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { jobs } from "../db/schema.ts";
import type { Job, JobFilter, JobStore } from "./log.ts";

const finalStatuses: Job["status"][] = ["DONE", "ERROR"];

export function createSqliteJobs(db: Db): JobStore {
  return {
    get: async (token, uuid) =>
      db
        .select()
        .from(jobs)
        .where(and(eq(jobs.token, token), eq(jobs.uuid, uuid)))
        .get() ?? null,
    list: async (token, limit, before, filter = {}) =>
      db
        .select()
        .from(jobs)
        .where(
          and(
            eq(jobs.token, token),
            before === null ? undefined : lt(jobs.number, before),
            ...conditions(filter),
          ),
        )
        .orderBy(desc(jobs.number))
        .limit(limit)
        .all(),
    claim: async () =>
      db.select().from(jobs).where(notInArray(jobs.status, finalStatuses)).orderBy(asc(jobs.number)).all(),
    async finish({ uuid, seqTo }, status, error, doneAt) {
      const isRun = and(eq(jobs.uuid, uuid), eq(jobs.seqTo, seqTo));
      const isOpen = and(isRun, notInArray(jobs.status, finalStatuses));
      const ended = db.update(jobs).set({ status, error, doneAt }).where(isOpen).returning().get();
      return ended ?? (db.select().from(jobs).where(eq(jobs.uuid, uuid)).get() as Job);
    },
  };
}

function conditions({ status, scope, text }: JobFilter): (SQL | undefined)[] {
  return [
    status === "running" ? notInArray(jobs.status, finalStatuses) : undefined,
    status === "DONE" || status === "ERROR" ? inArray(jobs.status, [status]) : undefined,
    scope === undefined ? undefined : eq(jobs.scope, scope),
    text === undefined ? undefined : contains(text),
  ];
}

/** Lists are stored as JSON, so what is looked for is spelled as in JSON. */
function contains(text: string): SQL | undefined {
  const inJson = JSON.stringify(text).slice(1, -1);
  return or(
    sql`instr(${jobs.received}, ${inJson}) > 0`,
    sql`instr(${jobs.invalidated}, ${inJson}) > 0`,
    sql`instr(${jobs.uuid}, ${text}) > 0`,
  );
}
