import type { Erased, ErasedReport } from "@freshet/core";
import { eq, sum } from "drizzle-orm";
import type { Db } from "./open.ts";
import { erasures } from "./schema.ts";

/** What nodes have erased, by job. */
export interface ErasureStore {
  /** A node tells it again after it was away; what was told before changes nothing. */
  add(node: string, report: ErasedReport): Promise<void>;
  /** Sums by node. */
  of(job: string): Promise<ReadonlyMap<string, Erased>>;
}

export function createErasureStore(db: Db): ErasureStore {
  return {
    async add(node, { job, seq, originals, variants, bytes }) {
      db.insert(erasures).values({ job, node, seq, originals, variants, bytes }).onConflictDoNothing().run();
    },
    async of(job) {
      const rows = db
        .select({
          node: erasures.node,
          originals: sum(erasures.originals).mapWith(Number),
          variants: sum(erasures.variants).mapWith(Number),
          bytes: sum(erasures.bytes).mapWith(Number),
        })
        .from(erasures)
        .where(eq(erasures.job, job))
        .groupBy(erasures.node)
        .all();
      return new Map(rows.map(({ node, ...erased }) => [node, erased]));
    },
  };
}
