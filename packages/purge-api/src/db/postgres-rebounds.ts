import { and, eq, lt, or, sql } from "drizzle-orm";
import type { ReboundStore } from "../fronts/rebound-store.ts";
import type { OpenPostgres } from "./postgres-open.ts";
import { rebounds } from "./postgres-schema.ts";

/** A replica that says nothing for so long has lost what it owes. That two of them purge a front does no harm. */
const ownedS = 5;

/** By the database's clock, s since 1970. */
const fromNow = (seconds: number) => sql`extract(epoch FROM now())::bigint + ${seconds}::bigint`;

export function createPostgresRebounds({ db, replica }: Pick<OpenPostgres, "db" | "replica">): ReboundStore {
  const owned = () => ({ owner: replica, ownedUntil: fromNow(ownedS) });
  return {
    async add(rebound) {
      await db
        .insert(rebounds)
        .values({ ...rebound, ...owned() })
        .onConflictDoNothing();
    },
    async remove({ job, seqTo }) {
      await db.delete(rebounds).where(and(eq(rebounds.job, job), eq(rebounds.seqTo, seqTo)));
    },
    claim: () =>
      db
        .update(rebounds)
        .set(owned())
        .where(or(eq(rebounds.owner, replica), lt(rebounds.ownedUntil, fromNow(0))))
        .returning({ job: rebounds.job, seqTo: rebounds.seqTo, rows: rebounds.rows }),
  };
}
