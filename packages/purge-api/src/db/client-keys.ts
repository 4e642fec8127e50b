import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Db } from "./open.ts";
import { clientKeys } from "./schema.ts";

/** Who may purge what: a key belongs to one token. Only hashes are kept, so a stolen database opens nothing. */
export interface ClientKeys {
  /** @returns the name of the key's token, `null` for a key that is not known */
  tokenOf(key: string): string | null;
}

/**
 * Keys made here have 256 random bits, so one round of SHA-256 is enough: there is no dictionary to try. All hashes are
 * compared in constant time and to the last one, so that the time taken says nothing about which key was nearly right.
 *
 * @param given the key from the environment; it becomes the default token's only key from there
 * @returns the keys, and a key that was made now because there was none: it is shown once and never again
 */
export function openClientKeys(
  db: Db,
  defaultToken: string,
  given: string | null,
): { readonly keys: ClientKeys; readonly created: string | null } {
  const created = given === null && !hasKey(db, defaultToken) ? newKey() : null;
  const key = given ?? created;
  if (key !== null) {
    db.transaction((tx) => {
      tx.delete(clientKeys).where(eq(clientKeys.token, defaultToken)).run();
      // The same key under the name that the default token had before moves with it.
      tx.insert(clientKeys)
        .values({ hash: hashOf(key).toString("hex"), token: defaultToken })
        .onConflictDoUpdate({ target: clientKeys.hash, set: { token: defaultToken } })
        .run();
    });
  }
  return { created, keys: createKeys(db.select().from(clientKeys).all()) };
}

/** @param rows hashes in hex, with the token that each belongs to */
export function createKeys(rows: readonly { readonly hash: string; readonly token: string }[]): ClientKeys {
  const known = rows.map(({ hash, token }) => ({ hash: Buffer.from(hash, "hex"), token }));
  return {
    tokenOf(candidate) {
      const hash = hashOf(candidate);
      let token: string | null = null;
      for (const entry of known) if (timingSafeEqual(entry.hash, hash)) token = entry.token;
      return token;
    },
  };
}

/** 256 random bits. */
export function newKey(): string {
  return `freshet_${randomBytes(32).toString("base64url")}`;
}

function hasKey(db: Db, token: string): boolean {
  return db.select().from(clientKeys).where(eq(clientKeys.token, token)).get() !== undefined;
}

export function hashOf(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
