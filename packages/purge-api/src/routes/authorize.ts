import { FreshetError, type TokenSettings, type TokenTable } from "@freshet/core";
import type { ClientKeys } from "../db/client-keys.ts";

/** Finds the token that a request may act for. */
export type Authorize = (request: Request) => TokenSettings;

/** @throws FreshetError `key_missing` or `key_wrong`, from the function that is returned */
export function createAuthorize(keys: ClientKeys, tokens: Pick<TokenTable, "byName">): Authorize {
  return (request) => {
    const key = request.headers.get("x-client-key");
    if (!key) throw new FreshetError("key_missing", "send the client key in the header X-Client-Key");
    const name = keys.tokenOf(key);
    const token = name === null ? undefined : tokens.byName(name);
    if (!token) throw new FreshetError("key_wrong", "this client key is not known");
    return token;
  };
}
