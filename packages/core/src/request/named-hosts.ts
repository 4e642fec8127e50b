import { FreshetError } from "../errors.ts";
import { locateOrigin } from "./origin-key.ts";
import type { TokenSettings } from "./token.ts";

/** Looked up once for each reading of the settings. */
const known = new WeakMap<TokenSettings, ReadonlySet<string>>();

/** Hosts that the prefix and the aliases of a token lead to, as in the keys of originals. */
export function namedHosts(token: TokenSettings): ReadonlySet<string> {
  const before = known.get(token);
  if (before) return before;
  const paths = Object.keys(token.aliases).map((alias) => `${alias}/a`);
  if (token.originPrefix !== null) paths.push("a");
  const hosts = new Set(paths.flatMap((path) => hostOf(path, token) ?? []));
  known.set(token, hosts);
  return hosts;
}

/** `null` for a storage, and for an alias that stands for a part of a path only. */
function hostOf(path: string, token: TokenSettings): string | null {
  try {
    return locateOrigin(path, "", token).host;
  } catch (error) {
    if (error instanceof FreshetError) return null;
    throw error;
  }
}
