import { and, between, eq, lt, sql, sum } from "drizzle-orm";
import { keptDays, rememberedDays, type UsageStore } from "../stats/usage-store.ts";
import type { PostgresDb } from "./postgres-open.ts";
import { usage, usageReports } from "./postgres-schema.ts";

export function createPostgresUsage(db: PostgresDb): UsageStore {
  return {
    add: ({ boot, number, used }) =>
      db.transaction(async (tx) => {
        const day = Math.max(0, ...used.map((each) => each.day));
        const told = { number, day };
        // In one statement, so that of two that come at the same time one waits, and finds the other.
        const news = await tx
          .insert(usageReports)
          .values({ boot, ...told })
          .onConflictDoUpdate({
            target: usageReports.boot,
            set: told,
            setWhere: lt(usageReports.number, number),
          })
          .returning({ boot: usageReports.boot });
        if (news.length === 0) return;
        // In an order that all keep to, or two could wait for each other.
        const inOrder = used.toSorted((a, b) => a.day - b.day || (a.token < b.token ? -1 : 1));
        for (const each of inOrder) {
          const set = {
            bytes: sql`${usage.bytes} + excluded.bytes`,
            renders: sql`${usage.renders} + excluded.renders`,
            downloads: sql`${usage.downloads} + excluded.downloads`,
            stored: sql`${usage.stored} + excluded.stored`,
          };
          const target = [usage.day, usage.token];
          await tx.insert(usage).values(each).onConflictDoUpdate({ target, set });
        }
        await tx.delete(usageReports).where(lt(usageReports.day, day - rememberedDays));
        await tx.delete(usage).where(lt(usage.day, day - keptDays));
      }),
    async sum(token, from, to) {
      const { bytes, renders, downloads, stored } = usage;
      const [row] = await db
        .select({ bytes: sum(bytes), renders: sum(renders), downloads: sum(downloads), stored: sum(stored) })
        .from(usage)
        .where(and(eq(usage.token, token), between(usage.day, from, to)));
      return {
        bytes: Number(row?.bytes ?? 0),
        renders: Number(row?.renders ?? 0),
        downloads: Number(row?.downloads ?? 0),
        stored: Number(row?.stored ?? 0),
      };
    },
  };
}
