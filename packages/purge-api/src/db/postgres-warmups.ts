import { and, asc, count, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { type Warmup, type WarmupStore, withResults } from "../warmups/warmup.ts";
import { addPostgresEntries } from "./postgres-audit.ts";
import type { OpenPostgres, PostgresDb } from "./postgres-open.ts";
import { warmups, warmupUrls } from "./postgres-schema.ts";

/** A replica that says nothing for so long has lost what it works on: longer than nodes have for a batch. */
const ownedS = 120;

/** By the database's clock, s since 1970. */
const fromNow = (seconds: number) => sql`extract(epoch FROM now())::bigint + ${seconds}::bigint`;

type Row = typeof warmups.$inferSelect;
type Reader = Pick<PostgresDb, "select">;

/** URLs in one statement: Postgres takes 65,535 parameters. */
const urlsPerInsert = 10_000;

export function createPostgresWarmups({ db, replica }: Pick<OpenPostgres, "db" | "replica">): WarmupStore {
  return {
    add: ({ urls, ...warmup }, once, entry = null) =>
      db.transaction(async (tx) => {
        await tx.execute(sql`SET LOCAL synchronous_commit = on`);
        const keyed = { onceKey: once?.key ?? null, bodyHash: once?.bodyHash ?? null };
        const owned = { owner: replica, ownedUntil: fromNow(ownedS) };
        const values = { ...warmup, ...keyed, ...owned, total: urls.length, nodes: {}, failures: [] };
        // Who sends the same key at the same moment is waited for.
        const [added] = await tx.insert(warmups).values(values).onConflictDoNothing().returning();
        if (!added) {
          const isIt = and(eq(warmups.token, warmup.token), eq(warmups.onceKey, once?.key ?? ""));
          const [known] = await tx.select().from(warmups).where(isIt);
          if (!known) throw new Error("a warm-up was there, and is gone");
          return { warmup: await withWaiting(tx, known), knownBodyHash: known.bodyHash };
        }
        const lines = urls.map((url, number) => ({ warmup: warmup.uuid, number, url }));
        for (let at = 0; at < lines.length; at += urlsPerInsert) {
          await tx.insert(warmupUrls).values(lines.slice(at, at + urlsPerInsert));
        }
        if (entry) await addPostgresEntries(tx, [entry]);
        return { warmup: await withWaiting(tx, added), knownBodyHash: null };
      }),
    async get(token, uuid) {
      const isIt = and(eq(warmups.token, token), eq(warmups.uuid, uuid));
      const [row] = await db.select().from(warmups).where(isIt);
      return row ? withWaiting(db, row) : null;
    },
    async next(limit) {
      const isFree = or(eq(warmups.owner, replica), lt(warmups.ownedUntil, fromNow(0)));
      const oldest = db
        .select({ number: warmups.number })
        .from(warmups)
        .where(and(isNull(warmups.doneAt), isFree))
        .orderBy(asc(warmups.number))
        .limit(1)
        .for("update", { skipLocked: true });
      const [warmup] = await db
        .update(warmups)
        .set({ owner: replica, ownedUntil: fromNow(ownedS) })
        .where(inArray(warmups.number, oldest))
        .returning();
      if (!warmup) return null;
      const lines = await db
        .select({ number: warmupUrls.number, url: warmupUrls.url })
        .from(warmupUrls)
        .where(eq(warmupUrls.warmup, warmup.uuid))
        .orderBy(asc(warmupUrls.number))
        .limit(limit);
      return { warmup, lines };
    },
    async note({ warmup: { uuid }, lines }, results, now) {
      const numbers = lines.map(({ number }) => number);
      await db.transaction(async (tx) => {
        const isIt = eq(warmups.uuid, uuid);
        const [row] = await tx.select().from(warmups).where(isIt).for("update");
        if (!row) return;
        await tx
          .delete(warmupUrls)
          .where(and(eq(warmupUrls.warmup, uuid), inArray(warmupUrls.number, numbers)));
        const { waiting } = await withWaiting(tx, row);
        const doneAt = waiting === 0 ? Math.max(now, row.addedAt) : null;
        await tx
          .update(warmups)
          .set({ ...withResults(row, results), doneAt })
          .where(isIt);
      });
    },
    async forget(addedBefore) {
      await db.delete(warmups).where(and(isNotNull(warmups.doneAt), lt(warmups.addedAt, addedBefore)));
    },
  };
}

async function withWaiting(tx: Reader, row: Row): Promise<Warmup> {
  const { number: _, onceKey: __, bodyHash: ___, owner: ____, ownedUntil: _____, ...warmup } = row;
  const [left] = await tx.select({ n: count() }).from(warmupUrls).where(eq(warmupUrls.warmup, row.uuid));
  return { ...warmup, waiting: left?.n ?? 0 };
}
