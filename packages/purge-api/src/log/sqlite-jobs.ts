import {
  and,
  asc,
  type Column,
  desc,
  eq,
  inArray,
  lt,
  lte,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { audit, erasures, jobs } from "../db/schema.ts";
import { jobConditions } from "./job-conditions.ts";
import { finalStatuses, type Job, type JobBounds, type JobStore, trimJobsStep } from "./log.ts";

/** @param inTransaction has some work done within a transaction, which may be shared with other work */
export function createSqliteJobs(db: Db, inTransaction: (work: () => Job) => Promise<Job>): JobStore {
  const uuid = sql.placeholder("uuid");
  const find = db.select().from(jobs).where(eq(jobs.uuid, uuid)).prepare();
  const isRun = and(eq(jobs.uuid, uuid), eq(jobs.seqTo, sql.placeholder("seqTo")));
  const end = db
    .update(jobs)
    // A set that is prepared takes placeholders as SQL only.
    .set({
      status: sql`${sql.placeholder("status")}`,
      error: sql`${sql.placeholder("error")}`,
      doneAt: sql`${sql.placeholder("doneAt")}`,
      rewarmed: sql`${sql.placeholder("rewarmed")}`,
    })
    .where(and(isRun, notInArray(jobs.status, finalStatuses)))
    .returning()
    .prepare();
  return {
    async get(token, uuid) {
      const job = find.get({ uuid });
      return job?.token === token ? job : null;
    },
    list: async (token, limit, before, filter = {}) =>
      db
        .select()
        .from(jobs)
        .where(
          and(
            eq(jobs.token, token),
            before === null ? undefined : lt(jobs.number, before),
            ...jobConditions(jobs, filter, holds),
          ),
        )
        .orderBy(desc(jobs.number))
        .limit(limit)
        .all(),
    claim: async () =>
      db.select().from(jobs).where(notInArray(jobs.status, finalStatuses)).orderBy(asc(jobs.number)).all(),
    trim: async (bounds) => trim(db, bounds),
    finish: ({ uuid, seqTo }, status, error, doneAt, rewarmed = null) => {
      const set = { status, error, doneAt, rewarmed: rewarmed && JSON.stringify(rewarmed) };
      return inTransaction(() => end.get({ uuid, seqTo, ...set }) ?? (find.get({ uuid }) as Job));
    },
  };
}

function trim(db: Db, { from, entries, young }: JobBounds): number {
  return db.transaction(
    (tx) => {
      const oldest = tx
        .select({ number: jobs.number })
        .from(jobs)
        .orderBy(asc(jobs.number))
        .limit(trimJobsStep);
      const newest = sql`(SELECT max(number) FROM job)`;
      const isTooMuch = or(lt(jobs.doneAt, from), lte(jobs.number, sql`${newest} - ${entries}`));
      const mayGo = and(inArray(jobs.status, finalStatuses), lt(jobs.addedAt, young), isTooMuch);
      const old = tx
        .select({ number: jobs.number, uuid: jobs.uuid })
        .from(jobs)
        .where(and(inArray(jobs.number, oldest), mayGo))
        .all();
      const isOld = inArray(
        jobs.number,
        old.map(({ number }) => number),
      );
      // How a job ended stands in the job alone, as long as there is one.
      tx.update(audit)
        .set({ outcome: jobs.status, endedAt: jobs.doneAt })
        .from(jobs)
        .where(and(isOld, eq(audit.job, jobs.uuid), eq(audit.at, jobs.addedAt)))
        .run();
      const uuids = old.map(({ uuid }) => uuid);
      tx.delete(erasures).where(inArray(erasures.job, uuids)).run();
      tx.delete(jobs).where(isOld).run();
      return old.length;
    },
    { behavior: "immediate" },
  );
}

function holds(column: Column, text: string): SQL {
  return sql`instr(${column}, ${text}) > 0`;
}
