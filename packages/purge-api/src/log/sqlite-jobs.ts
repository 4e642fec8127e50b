import { and, asc, desc, eq, lt, notInArray } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { jobs } from "../db/schema.ts";
import type { JobStore } from "./log.ts";

export function createSqliteJobs(db: Db): JobStore {
  return {
    get: (token, uuid) =>
      db
        .select()
        .from(jobs)
        .where(and(eq(jobs.token, token), eq(jobs.uuid, uuid)))
        .get() ?? null,
    list: (token, limit, before) =>
      db
        .select()
        .from(jobs)
        .where(and(eq(jobs.token, token), before === null ? undefined : lt(jobs.number, before)))
        .orderBy(desc(jobs.number))
        .limit(limit)
        .all(),
    open: () =>
      db
        .select()
        .from(jobs)
        .where(notInArray(jobs.status, ["DONE", "ERROR"]))
        .orderBy(asc(jobs.number))
        .all(),
    finish: (uuid, status, error, doneAt) =>
      db.update(jobs).set({ status, error, doneAt }).where(eq(jobs.uuid, uuid)).returning().get(),
  };
}
