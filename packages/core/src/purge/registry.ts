import { folders, surrogateTags } from "../http/tags.ts";
import type { HashText } from "../key/hash.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";
import { Found } from "./found.ts";
import type { LogRow } from "./log-row.ts";
import { createRegistryEntries } from "./registry-entries.ts";
import type { PurgedAt } from "./stamp.ts";
import { anyTag } from "./tag.ts";
import { includesPlan, planOf } from "./variants.ts";

/** What a node remembers of the log: for any request, the newest purge that concerns it. */
export interface Registry {
  /** Rows must come in the order of the log; a row that was applied before changes nothing. */
  apply(row: LogRow): void;
  /** Soft purges up to here are past their window. Never goes back. */
  settle(seq: number): void;
  /**
   * @param requestKey the transformed URL, `null` if none is meant
   * @param tags that the origin gave to what is known of it
   * @returns the maximum over token, folders, partial prefixes, original, its variants, URL and tags
   */
  purgedAt(
    token: string,
    origin: Pick<OriginRef, "key" | "pathKey">,
    requestKey: string | null,
    tags?: readonly string[],
  ): PurgedAt;
  /** Entries held, of all kinds. */
  readonly size: number;
}

const noTags: readonly string[] = [];

/**
 * Memory is bounded: beyond `maxEntries` the oldest originals and URLs are folded into their folder, then tags and the
 * oldest folders into their token. That purges too much, which is always safe, and never too little.
 *
 * @param hash needed for purges of the tags that Freshet itself gives to answers (`o:…`, `p:…`)
 */
export function createRegistry(maxEntries: number = limits.registryEntries, hash?: HashText): Registry {
  const entries = createRegistryEntries(maxEntries);
  const { tokens, prefixes, partials, exact, variants, tags, anyTags } = entries;

  function purgedAt(
    token: string,
    origin: Pick<OriginRef, "key" | "pathKey">,
    requestKey: string | null,
    given: readonly string[] = noTags,
  ): PurgedAt {
    const { key, pathKey } = origin;
    const { settled } = entries;
    const found = new Found();
    found.add(tokens.get(token), settled);
    if (prefixes.size + partials.size > 0) {
      for (const folder of folders(pathKey)) {
        found.add(prefixes.get(folder), settled);
        for (const [prefix, mark] of partials.of(folder))
          if (pathKey.startsWith(prefix)) found.add(mark, settled);
      }
    }
    if (exact.size > 0) {
      found.add(exact.get(pathKey), settled);
      if (key !== pathKey) found.add(exact.get(key), settled);
      if (requestKey !== null) found.add(exact.get(requestKey), settled);
    }
    if (variants.size > 0 && requestKey !== null) findVariants(found, origin, planOf(requestKey));
    if (anyTags.size > 0) findTags(found, token, origin, given);
    return found;
  }

  function findVariants(
    found: Found,
    { key, pathKey }: Pick<OriginRef, "key" | "pathKey">,
    plan: string,
  ): void {
    for (const group of key === pathKey ? [key] : [key, pathKey]) {
      for (const [filter, mark] of variants.of(group))
        if (includesPlan(plan, filter)) found.add(mark, entries.settled);
    }
  }

  function findTags(
    found: Found,
    token: string,
    origin: Pick<OriginRef, "key" | "pathKey">,
    given: readonly string[],
  ): void {
    const { settled } = entries;
    for (const tag of given) {
      found.add(tag === anyTag ? anyTags.get(token) : tags.get(`${token}|#${tag}`), settled);
    }
    if (!entries.hasOwnTags || !hash) return;
    for (const tag of surrogateTags(token, [origin], hash)) found.add(tags.get(`${token}|#${tag}`), settled);
  }

  return {
    apply: entries.add,
    settle: entries.settle,
    purgedAt,
    get size() {
      return entries.size;
    },
  };
}
