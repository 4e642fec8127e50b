import { eq, sql, sum } from "drizzle-orm";
import type { ErasureStore } from "./erasure-store.ts";
import { tellOf } from "./postgres-news.ts";
import type { OpenPostgres } from "./postgres-open.ts";
import { erasures } from "./postgres-schema.ts";

export function createPostgresErasures({ db, replica }: OpenPostgres): ErasureStore {
  return {
    async add(node, { job, seq, originals, variants, bytes }) {
      await db.insert(erasures).values({ job, node, seq, originals, variants, bytes }).onConflictDoNothing();
      await db.execute(sql`SELECT ${tellOf("nodes", replica)}`);
    },
    async of(job) {
      const rows = await db
        .select({
          node: erasures.node,
          originals: sum(erasures.originals).mapWith(Number),
          variants: sum(erasures.variants).mapWith(Number),
          bytes: sum(erasures.bytes).mapWith(Number),
        })
        .from(erasures)
        .where(eq(erasures.job, job))
        .groupBy(erasures.node);
      return new Map(rows.map(({ node, ...erased }) => [node, erased]));
    },
  };
}
