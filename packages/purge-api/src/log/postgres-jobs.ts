import { and, asc, desc, eq, getTableColumns, inArray, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import { escapeNul } from "../db/nul.ts";
import { channel, type PostgresDb } from "../db/postgres-open.ts";
import { jobs } from "../db/postgres-schema.ts";
import { finalStatuses, type Job, type JobFilter, type JobStore } from "./log.ts";

/** Whom a job belongs to among the replicas is nobody else's business. */
const { owner: _, ownedUntil: __, ...columns } = getTableColumns(jobs);
export const jobColumns = columns;

/** A replica that says nothing for so long has lost its jobs. Too short is no danger: DONE is right whoever decides. */
export const ownedS = 5;

/** By the database's clock, s since 1970. */
export const fromNow = (seconds: number) => sql`extract(epoch FROM now())::bigint + ${seconds}::bigint`;

export function createPostgresJobs(db: PostgresDb, replica: string): JobStore {
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
            ...conditions(filter),
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
    async finish({ uuid, seqTo }, status, error, doneAt) {
      const [ended] = await db
        .update(jobs)
        .set({ status, error, doneAt })
        .where(and(eq(jobs.uuid, uuid), eq(jobs.seqTo, seqTo), isOpen))
        .returning(jobColumns);
      if (ended) {
        await db.execute(sql`SELECT pg_notify(${channel}, ${replica})`);
        return ended;
      }
      const [before] = await db.select(jobColumns).from(jobs).where(eq(jobs.uuid, uuid));
      return before as Job;
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
    sql`strpos(${jobs.received}, ${inJson}) > 0`,
    sql`strpos(${jobs.invalidated}, ${inJson}) > 0`,
    sql`strpos(${jobs.uuid}, ${escapeNul(text)}) > 0`,
  );
}
