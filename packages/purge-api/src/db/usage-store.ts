import { and, between, eq, lt, sql, sum } from "drizzle-orm";
import { keptDays, rememberedDays, type UsageStore } from "../stats/usage-store.ts";
import type { Db } from "./open.ts";
import { usage, usageReports } from "./schema.ts";

export function createUsageStore(db: Db): UsageStore {
  return {
    async add({ boot, number, used }) {
      db.transaction((tx) => {
        const before = tx.select().from(usageReports).where(eq(usageReports.boot, boot)).get();
        if (before && before.number >= number) return;
        const day = Math.max(0, ...used.map((each) => each.day));
        for (const each of used) {
          const set = {
            bytes: sql`bytes + excluded.bytes`,
            renders: sql`renders + excluded.renders`,
            downloads: sql`downloads + excluded.downloads`,
            stored: sql`stored + excluded.stored`,
          };
          const target = [usage.day, usage.token];
          tx.insert(usage).values(each).onConflictDoUpdate({ target, set }).run();
        }
        const told = { number, day };
        tx.insert(usageReports)
          .values({ boot, ...told })
          .onConflictDoUpdate({ target: usageReports.boot, set: told })
          .run();
        tx.delete(usageReports)
          .where(lt(usageReports.day, day - rememberedDays))
          .run();
        tx.delete(usage)
          .where(lt(usage.day, day - keptDays))
          .run();
      });
    },
    async sum(token, from, to) {
      const { bytes, renders, downloads, stored } = usage;
      const row = db
        .select({ bytes: sum(bytes), renders: sum(renders), downloads: sum(downloads), stored: sum(stored) })
        .from(usage)
        .where(and(eq(usage.token, token), between(usage.day, from, to)))
        .get();
      return {
        bytes: Number(row?.bytes ?? 0),
        renders: Number(row?.renders ?? 0),
        downloads: Number(row?.downloads ?? 0),
        stored: Number(row?.stored ?? 0),
      };
    },
  };
}
