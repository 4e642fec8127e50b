import { eq, sql } from "drizzle-orm";
import { type ClientKeys, createKeys, hashOf, newKey } from "./client-keys.ts";
import type { PostgresDb } from "./postgres-open.ts";
import { clientKeys } from "./postgres-schema.ts";

/**
 * As `openClientKeys`, for replicas that may start at the same time: one of them makes the key, and shows it. All must
 * be given the same key, if any.
 */
export async function openPostgresClientKeys(
  db: PostgresDb,
  defaultToken: string,
  given: string | null,
): Promise<{ readonly keys: ClientKeys; readonly created: string | null }> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext('freshet client keys'))`);
    const ofDefault = eq(clientKeys.token, defaultToken);
    const [present] = await tx.select().from(clientKeys).where(ofDefault).limit(1);
    const created = given === null && !present ? newKey() : null;
    const key = given ?? created;
    if (key !== null) {
      await tx.delete(clientKeys).where(ofDefault);
      await tx
        .insert(clientKeys)
        .values({ hash: hashOf(key).toString("hex"), token: defaultToken })
        .onConflictDoUpdate({ target: clientKeys.hash, set: { token: defaultToken } });
    }
    return { created, keys: createKeys(await tx.select().from(clientKeys)) };
  });
}
