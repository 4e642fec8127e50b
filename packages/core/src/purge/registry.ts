import type { HashText } from "../key/hash.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";
import { Found } from "./found.ts";
import { createImplied, type Implied } from "./implied.ts";
import type { LogRow } from "./log-row.ts";
import { nameOf } from "./name-of.ts";
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
   * @param origin of that token; what follows from its keys is remembered with the object, which must not change
   * @param requestKey the transformed URL, `null` if none is meant
   * @param tags that the origin gave to what is known of it
   * @returns the maximum over token, folders, partial prefixes, original, its variants, URL and tags
   */
  purgedAt(token: string, origin: Origin, requestKey: string | null, tags?: readonly string[]): PurgedAt;
  /** Entries held, of all kinds. */
  readonly size: number;
}

type Origin = Pick<OriginRef, "key" | "pathKey">;

const noTags: readonly string[] = [];

/**
 * Memory is bounded: beyond `maxEntries` the oldest originals and URLs are folded into their folder, then tags and the
 * oldest folders into their token. That purges too much, which is always safe, and never too little.
 *
 * @param hash needed for purges of the tags that Freshet itself gives to answers (`o:…`, `p:…`)
 * @param toName for tests: makes numbers of keys; those that have the same are purged together
 */
export function createRegistry(
  maxEntries: number = limits.registryEntries,
  hash?: HashText,
  toName: (key: string) => number = nameOf,
): Registry {
  const entries = createRegistryEntries(maxEntries, toName);
  const { tokens, prefixDepths, partials, partialDepths, variants, tags, anyTags } = entries;
  const { byName: prefixes } = entries.prefixes;
  const { byName: originals } = entries.originals;
  const { byName: urls } = entries.urls;
  const impliedBy = createImplied(toName);

  function purgedAt(
    token: string,
    origin: Origin,
    requestKey: string | null,
    given: readonly string[] = noTags,
  ): PurgedAt {
    const { settled } = entries;
    const implied = impliedBy(token, origin);
    const { key, pathKey } = implied;
    const found = new Found();
    found.add(tokens.get(token), settled);
    if (prefixes.size + partials.size > 0) findFolders(found, origin, implied.folders);
    if (originals.size > 0) {
      found.add(originals.get(pathKey), settled);
      if (key !== pathKey) found.add(originals.get(key), settled);
    }
    if (requestKey !== null) {
      if (urls.size > 0) found.add(urls.get(requestKey), settled);
      if (variants.size > 0) {
        findVariants(found, pathKey, requestKey);
        if (key !== pathKey) findVariants(found, key, requestKey);
      }
    }
    if (tags.size > 0 || anyTags.size > 0) findTags(found, token, implied, given);
    return found;
  }

  function findFolders(found: Found, { pathKey }: Origin, above: readonly number[]): void {
    const { settled } = entries;
    for (let depth = 0; depth < above.length; depth++) {
      const folder = above[depth] as number;
      if (prefixDepths.has(depth)) found.add(prefixes.get(folder), settled);
      if (!partialDepths.has(depth)) continue;
      for (const partial of partials.byName.get(folder)?.marks.byName.values() ?? [])
        if (pathKey.startsWith(partial.key)) found.add(partial, settled);
    }
  }

  function findVariants(found: Found, original: number, requestKey: string): void {
    const filters = variants.byName.get(original);
    if (!filters) return;
    const plan = planOf(requestKey);
    for (const filter of filters.marks.byName.values())
      if (includesPlan(plan, filter.key)) found.add(filter, entries.settled);
  }

  function findTags(found: Found, token: string, implied: Implied, given: readonly string[]): void {
    const { settled } = entries;
    const purged = tags.byName.get(token)?.marks.byName;
    for (const tag of given) found.add(tag === anyTag ? anyTags.get(token) : purged?.get(tag), settled);
    if (!entries.hasOwnTags || !hash) return;
    for (const tag of implied.tags(hash)) found.add(purged?.get(tag), settled);
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
