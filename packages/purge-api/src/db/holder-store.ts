import { eq } from "drizzle-orm";
import type { HolderStore } from "../nodes/membership.ts";
import type { Db } from "./open.ts";
import { holders } from "./schema.ts";

export function createHolderStore(db: Db): HolderStore {
  return {
    all: () => db.select().from(holders).all(),
    add: (holder) => void db.insert(holders).values(holder).onConflictDoNothing().run(),
    remove: (boot) => void db.delete(holders).where(eq(holders.boot, boot)).run(),
  };
}
