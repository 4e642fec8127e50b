import { and, eq } from "drizzle-orm";
import type { ReboundStore } from "../fronts/rebound-store.ts";
import type { Db } from "./open.ts";
import { rebounds } from "./schema.ts";

export function createReboundStore(db: Db): ReboundStore {
  return {
    async add(rebound) {
      db.insert(rebounds).values(rebound).onConflictDoNothing().run();
    },
    async remove({ job, seqTo }) {
      db.delete(rebounds)
        .where(and(eq(rebounds.job, job), eq(rebounds.seqTo, seqTo)))
        .run();
    },
    claim: async () => db.select().from(rebounds).all(),
  };
}
