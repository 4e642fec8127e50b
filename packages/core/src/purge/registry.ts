import { folders } from "../http/tags.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";
import type { LogRow } from "./log-row.ts";
import { type Marks, newest, raise } from "./marks.ts";
import { createPartialPrefixes } from "./partial-prefixes.ts";
import type { PurgedAt } from "./stamp.ts";
import { folderOf } from "./target.ts";

/** What a node remembers of the log: for any request, the newest purge that concerns it. */
export interface Registry {
  /** Rows must come in the order of the log; a row that was applied before changes nothing. */
  apply(row: LogRow): void;
  /**
   * @param requestKey the transformed URL, `null` if none is meant
   * @returns the maximum over token, folders, partial prefixes, original and URL
   */
  purgedAt(token: string, origin: Pick<OriginRef, "key" | "pathKey">, requestKey: string | null): PurgedAt;
  /** Entries held, of all kinds. */
  readonly size: number;
}

const never: PurgedAt = { any: 0, hard: 0 };

/**
 * Memory is bounded: beyond `maxEntries` the oldest originals and URLs are folded into their folder, then the oldest
 * folders into their token. That purges too much, which is always safe, and never too little.
 */
export function createRegistry(maxEntries: number = limits.registryEntries): Registry {
  const tokens: Marks = new Map();
  const prefixes: Marks = new Map();
  const partials = createPartialPrefixes();
  /** Originals and URLs: their keys cannot be mistaken for one another. */
  const exact: Marks = new Map();

  function apply(row: LogRow): void {
    const mark = { any: row.seq, hard: row.mode === "hard" ? row.seq : 0 };
    if (row.kind === "all") raise(tokens, row.token, mark);
    else if (row.kind !== "prefix") raise(exact, row.pattern, mark);
    else if (row.pattern.endsWith("/")) raise(prefixes, row.pattern, mark);
    else partials.raise(row.pattern, mark);
    if (bounded() > maxEntries) collapse();
  }

  function bounded(): number {
    return prefixes.size + partials.size + exact.size;
  }

  /** Makes room for a tenth of all entries at once, so that a full registry does not collapse at every row. */
  function collapse(): void {
    const target = Math.floor(maxEntries * 0.9);
    for (const [key, mark] of exact) {
      if (bounded() <= target) return;
      exact.delete(key);
      raise(prefixes, folderOf(key), mark);
    }
    while (bounded() > target) {
      const oldest = partials.takeOldest();
      if (!oldest) break;
      raise(prefixes, oldest.folder, oldest.mark);
    }
    for (const [prefix, mark] of prefixes) {
      if (bounded() <= target) return;
      prefixes.delete(prefix);
      raise(tokens, prefix.slice(0, prefix.indexOf("|")), mark);
    }
  }

  function purgedAt(
    token: string,
    { key, pathKey }: Pick<OriginRef, "key" | "pathKey">,
    requestKey: string | null,
  ): PurgedAt {
    let found = newest(never, tokens.get(token));
    if (prefixes.size + partials.size > 0) {
      for (const folder of folders(pathKey)) {
        found = partials.newestIn(folder, pathKey, newest(found, prefixes.get(folder)));
      }
    }
    if (exact.size > 0) {
      found = newest(found, exact.get(pathKey));
      if (key !== pathKey) found = newest(found, exact.get(key));
      if (requestKey !== null) found = newest(found, exact.get(requestKey));
    }
    return found;
  }

  return {
    apply,
    purgedAt,
    get size() {
      return bounded() + tokens.size;
    },
  };
}
