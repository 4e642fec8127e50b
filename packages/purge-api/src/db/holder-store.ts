import { eq } from "drizzle-orm";
import type { HolderStore } from "../nodes/membership.ts";
import type { Db } from "./open.ts";
import { holders } from "./schema.ts";
import type { Witness } from "./witness.ts";

/** @param witness says whether the record is all that there is to know, or a copy from earlier */
export function createHolderStore(db: Db, witness: Witness): HolderStore {
  return {
    all: () => db.select().from(holders).all(),
    add(holder) {
      const value = { ...holder, lapsedAt: null };
      db.insert(holders).values(value).onConflictDoUpdate({ target: holders.boot, set: value }).run();
    },
    lapse: (boot, lapsedAt) => void db.update(holders).set({ lapsedAt }).where(eq(holders.boot, boot)).run(),
    remove: (boot) => void db.delete(holders).where(eq(holders.boot, boot)).run(),
    isWhole: witness.isContinued,
    seal: witness.renew,
    unseal: witness.revoke,
  };
}
