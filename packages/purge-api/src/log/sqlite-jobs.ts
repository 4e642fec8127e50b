import { and, asc, desc, eq, lt, notInArray } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { jobs } from "../db/schema.ts";
import type { Job, JobStore } from "./log.ts";

const finalStatuses: Job["status"][] = ["DONE", "ERROR"];

export function createSqliteJobs(db: Db): JobStore {
  return {
    get: async (token, uuid) =>
      db
        .select()
        .from(jobs)
        .where(and(eq(jobs.token, token), eq(jobs.uuid, uuid)))
        .get() ?? null,
    list: async (token, limit, before) =>
      db
        .select()
        .from(jobs)
        .where(and(eq(jobs.token, token), before === null ? undefined : lt(jobs.number, before)))
        .orderBy(desc(jobs.number))
        .limit(limit)
        .all(),
    claim: async () =>
      db.select().from(jobs).where(notInArray(jobs.status, finalStatuses)).orderBy(asc(jobs.number)).all(),
    async finish(uuid, status, error, doneAt) {
      const isOpen = and(eq(jobs.uuid, uuid), notInArray(jobs.status, finalStatuses));
      const ended = db.update(jobs).set({ status, error, doneAt }).where(isOpen).returning().get();
      return ended ?? (db.select().from(jobs).where(eq(jobs.uuid, uuid)).get() as Job);
    },
  };
}
