import { eq } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { holders } from "../db/schema.ts";
import type { HolderStore } from "./membership.ts";

export function createHolderStore(db: Db): HolderStore {
  return {
    all: () => db.select().from(holders).all(),
    add: (holder) => void db.insert(holders).values(holder).onConflictDoNothing().run(),
    remove: (boot) => void db.delete(holders).where(eq(holders.boot, boot)).run(),
  };
}
