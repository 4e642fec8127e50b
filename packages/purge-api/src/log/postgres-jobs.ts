import {
  and,
  asc,
  type Column,
  desc,
  eq,
  getTableColumns,
  inArray,
  lt,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { gather } from "../db/gather.ts";
import { type OpenPostgres, onDisk, type PostgresDb } from "../db/postgres-open.ts";
import { fromDriver, prepareStatement, readRows, rowsText } from "../db/postgres-rows.ts";
import { audit, erasures, jobs } from "../db/postgres-schema.ts";
import { inGroups } from "./in-groups.ts";
import { jobConditions } from "./job-conditions.ts";
import { finalStatuses, type Job, type JobBounds, type JobStore, trimJobsStep } from "./log.ts";

/** Whom a job belongs to among the replicas is nobody else's business. */
const { owner: _, ownedUntil: __, ...columns } = getTableColumns(jobs);
export const jobColumns = columns;

/** A replica that says nothing for so long has lost its jobs. Too short is no danger: DONE is right whoever decides. */
export const ownedS = 5;

/** By the database's clock, s since 1970. */
export const fromNow = (seconds: number) => sql`extract(epoch FROM now())::bigint + ${seconds}::bigint`;

export function createPostgresJobs(database: Pick<OpenPostgres, "db" | "replica">): JobStore {
  const { db, replica } = database;
  const endRun = inGroups(createEndRuns(db), gather);
  const isOpen = notInArray(jobs.status, finalStatuses);
  return {
    async get(token, uuid) {
      const [job] = await db
        .select(jobColumns)
        .from(jobs)
        .where(and(eq(jobs.token, token), eq(jobs.uuid, uuid)));
      return job ?? null;
    },
    list: async (token, limit, before, filter = {}) =>
      db
        .select(jobColumns)
        .from(jobs)
        .where(
          and(
            eq(jobs.token, token),
            before === null ? undefined : lt(jobs.number, before),
            ...jobConditions(jobs, filter, holds),
          ),
        )
        .orderBy(desc(jobs.number))
        .limit(limit),
    async claim() {
      const isFree = lt(jobs.ownedUntil, fromNow(0));
      const mine = db
        .select({ number: jobs.number })
        .from(jobs)
        .where(and(isOpen, or(eq(jobs.owner, replica), isFree)))
        .orderBy(asc(jobs.number))
        .for("update", { skipLocked: true });
      const claimed = await db
        .update(jobs)
        .set({ owner: replica, ownedUntil: fromNow(ownedS) })
        .where(inArray(jobs.number, mine))
        .returning(jobColumns);
      return claimed.sort((a, b) => a.number - b.number);
    },
    trim: (bounds) => trim(db, bounds),
    finish: ({ uuid, seqTo }, status, error, doneAt, rewarmed = null) =>
      endRun({ work: { uuid, seqTo, status, error, doneAt, rewarmed }, rows: 1 }),
  };
}

/** One statement: a job that another replica begins again meanwhile is waited for, and stays. */
async function trim(db: PostgresDb, { from, entries, young }: JobBounds): Promise<number> {
  const [gone] = await db.execute<{ count: string }>(sql`
    WITH gone AS (
      DELETE FROM ${jobs}
      WHERE number IN (SELECT number FROM ${jobs} ORDER BY number LIMIT ${trimJobsStep}::bigint)
        AND ${inArray(jobs.status, finalStatuses)} AND added_at < ${young}::bigint
        AND (done_at < ${from}::bigint OR number <= (SELECT max(number) FROM ${jobs}) - ${entries}::bigint)
      RETURNING uuid, added_at, status, done_at),
    told AS (
      UPDATE ${audit} SET outcome = gone.status, ended_at = gone.done_at
      FROM gone WHERE ${audit.job} = gone.uuid AND ${audit.at} = gone.added_at),
    counts AS (DELETE FROM ${erasures} USING gone WHERE ${erasures.job} = gone.uuid)
    SELECT count(*) AS count FROM gone`);
  return Number(gone?.count ?? 0);
}

/** How a run of a job ended. */
type End = Pick<Job, "uuid" | "seqTo" | "status" | "error" | "doneAt" | "rewarmed">;

/**
 * Who has seen that a job is DONE must not see it run again, whatever becomes of the server: it waits for the disk.
 * @returns ends runs, and returns the jobs as they are now, in the same order
 */
function createEndRuns(db: PostgresDb): (ends: readonly End[]) => Promise<Job[]> {
  const names = ["uuid", "seqTo", "status", "error", "doneAt", "rewarmed"] as const;
  const endAll = prepareStatement<Record<string, unknown>>(
    db,
    sql`
    WITH ended AS (
      UPDATE ${jobs} SET status = rows.status, error = rows.error, done_at = rows.done_at, rewarmed = rows.rewarmed
      FROM ${readRows(jobs, names, sql.placeholder("ends"))}
      WHERE ${jobs.uuid} = rows.uuid AND ${jobs.seqTo} = rows.seq_to AND ${jobs.status} NOT IN ('DONE', 'ERROR')
      RETURNING ${jobs}.*)
    SELECT *, ${onDisk} FROM ended`,
  );
  return async (ends) => {
    const ended = await endAll({ ends: rowsText(jobs, names, ends) });
    const byUuid = new Map(
      ended.map((row) => fromDriver<Job>(jobColumns, row)).map((job) => [job.uuid, job]),
    );
    // Another process was faster.
    const others = ends.flatMap(({ uuid }) => (byUuid.has(uuid) ? [] : [uuid]));
    if (others.length > 0) {
      const now = await db.select(jobColumns).from(jobs).where(inArray(jobs.uuid, others));
      for (const job of now) byUuid.set(job.uuid, job);
    }
    return ends.map(({ uuid }) => byUuid.get(uuid) as Job);
  };
}

function holds(column: Column, text: string): SQL {
  return sql`strpos(${column}, ${text}) > 0`;
}
