import { and, asc, count, eq, inArray, isNotNull, isNull, lt } from "drizzle-orm";
import { type Warmup, type WarmupStore, withResults } from "../warmups/warmup.ts";
import { prepareAddEntry } from "./audit-store.ts";
import type { Db } from "./open.ts";
import { warmups, warmupUrls } from "./schema.ts";

export function createWarmupStore(db: Db): WarmupStore {
  const addEntry = prepareAddEntry(db);
  type Row = typeof warmups.$inferSelect;

  function withWaiting({ number: _, onceKey: __, bodyHash: ___, ...row }: Row): Warmup {
    const left = db.select({ n: count() }).from(warmupUrls).where(eq(warmupUrls.warmup, row.uuid)).get();
    return { ...row, waiting: left?.n ?? 0 };
  }

  return {
    async add({ urls, ...warmup }, once, entry = null) {
      return db.transaction(
        () => {
          const { uuid, token } = warmup;
          const known = once
            ? db
                .select()
                .from(warmups)
                .where(and(eq(warmups.token, token), eq(warmups.onceKey, once.key)))
                .get()
            : undefined;
          if (known) return { warmup: withWaiting(known), knownBodyHash: known.bodyHash };
          const keyed = { onceKey: once?.key ?? null, bodyHash: once?.bodyHash ?? null };
          const values = { ...warmup, ...keyed, total: urls.length, nodes: {}, failures: [] };
          const added = db.insert(warmups).values(values).returning().get();
          for (const [number, url] of urls.entries()) {
            db.insert(warmupUrls).values({ warmup: uuid, number, url }).run();
          }
          if (entry) addEntry(entry);
          return { warmup: withWaiting(added), knownBodyHash: null };
        },
        { behavior: "immediate" },
      );
    },
    async get(token, uuid) {
      const isIt = and(eq(warmups.token, token), eq(warmups.uuid, uuid));
      const row = db.select().from(warmups).where(isIt).get();
      return row ? withWaiting(row) : null;
    },
    async next(limit) {
      const warmup = db
        .select()
        .from(warmups)
        .where(isNull(warmups.doneAt))
        .orderBy(asc(warmups.number))
        .get();
      if (!warmup) return null;
      const lines = db
        .select({ number: warmupUrls.number, url: warmupUrls.url })
        .from(warmupUrls)
        .where(eq(warmupUrls.warmup, warmup.uuid))
        .orderBy(asc(warmupUrls.number))
        .limit(limit)
        .all();
      return { warmup, lines };
    },
    async note({ warmup: { uuid }, lines }, results, now) {
      const numbers = lines.map(({ number }) => number);
      db.transaction(
        () => {
          const isIt = eq(warmups.uuid, uuid);
          const row = db.select().from(warmups).where(isIt).get();
          if (!row) return;
          db.delete(warmupUrls)
            .where(and(eq(warmupUrls.warmup, uuid), inArray(warmupUrls.number, numbers)))
            .run();
          const doneAt = withWaiting(row).waiting === 0 ? Math.max(now, row.addedAt) : null;
          db.update(warmups)
            .set({ ...withResults(row, results), doneAt })
            .where(isIt)
            .run();
        },
        { behavior: "immediate" },
      );
    },
    async forget(addedBefore) {
      db.delete(warmups)
        .where(and(isNotNull(warmups.doneAt), lt(warmups.addedAt, addedBefore)))
        .run();
    },
  };
}
