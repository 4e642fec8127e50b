import { createHash, timingSafeEqual } from "node:crypto";
import { FreshetError } from "@freshet/core";
import type { ClientKeys } from "../db/client-keys.ts";
import { type Caller, type Grant, wholeGrant } from "../keys/grant.ts";
import type { LiveTokens } from "../live-tokens.ts";

/**
 * Finds the token that a request may act for, and what its key may do.
 * @param key by default that of the header `X-Client-Key`
 */
export type Authorize = (request: Request, key?: string | null) => Caller;

/** @throws FreshetError `key_missing` or `key_wrong`, from the function that is returned */
export function createAuthorize(keys: ClientKeys, tokens: Pick<LiveTokens, "byName" | "keys">): Authorize {
  return (request, key = request.headers.get("x-client-key")) => {
    if (!key) throw new FreshetError("key_missing", "send the client key in the header X-Client-Key");
    // Both are asked whatever the first says: the time taken tells nothing.
    const stored = keys.tokenOf(key);
    const filed = grantOf(key, tokens.keys());
    const grant = filed ?? (stored === null ? null : wholeGrant(stored));
    const token = grant === null ? undefined : tokens.byName(grant.token);
    if (!grant || !token) throw new FreshetError("key_wrong", "this client key is not known");
    return { token, grant };
  };
}

function grantOf(key: string, known: ReturnType<LiveTokens["keys"]>): Grant | null {
  const hash = createHash("sha256").update(key).digest();
  let found: Grant | null = null;
  for (const each of known) if (timingSafeEqual(Buffer.from(each.hash, "hex"), hash)) found = each;
  return found;
}
