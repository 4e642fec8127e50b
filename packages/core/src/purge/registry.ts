import { folders } from "../http/tags.ts";
import { limits } from "../limits.ts";
import type { OriginRef } from "../request/origin-key.ts";
import type { LogRow } from "./log-row.ts";
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

/**
 * Memory is bounded: beyond `maxEntries` the oldest originals and URLs are folded into their folder, then the oldest
 * folders into their token. That purges too much, which is always safe, and never too little.
 */
export function createRegistry(maxEntries: number = limits.registryEntries): Registry {
  const tokens = new Map<string, PurgedAt>();
  const prefixes = new Map<string, PurgedAt>();
  /** Prefixes that end inside a path segment, by the folder that they lie in. */
  const partials = new Map<string, Map<string, PurgedAt>>();
  const exact = new Map<string, PurgedAt>();
  let partialCount = 0;

  function apply(row: LogRow): void {
    const mark = { any: row.seq, hard: row.mode === "hard" ? row.seq : 0 };
    switch (row.kind) {
      case "all":
        raise(tokens, row.token, mark);
        break;
      case "prefix":
        if (row.pattern.endsWith("/")) raise(prefixes, row.pattern, mark);
        else raisePartial(row.pattern, mark);
        break;
      case "original":
      case "url":
        raise(exact, row.pattern, mark);
        break;
    }
    if (entryCount() > maxEntries) collapse();
  }

  function raisePartial(pattern: string, mark: PurgedAt): void {
    const folder = folderOf(pattern);
    const inside = partials.get(folder) ?? new Map<string, PurgedAt>();
    const before = inside.size;
    raise(inside, pattern, mark);
    partials.set(folder, inside);
    partialCount += inside.size - before;
  }

  /** Makes room for a tenth of all entries at once, so that a full registry does not collapse at every row. */
  function collapse(): void {
    const target = Math.floor(maxEntries * 0.9);
    for (const [key, mark] of exact) {
      if (entryCount() <= target) return;
      exact.delete(key);
      raise(prefixes, folderOf(key), mark);
    }
    for (const [folder, inside] of partials) {
      if (entryCount() <= target) return;
      partials.delete(folder);
      partialCount -= inside.size;
      for (const mark of inside.values()) raise(prefixes, folder, mark);
    }
    for (const [prefix, mark] of prefixes) {
      if (entryCount() <= target) return;
      prefixes.delete(prefix);
      raise(tokens, prefix.slice(0, prefix.indexOf("|")), mark);
    }
  }

  function entryCount(): number {
    return prefixes.size + partialCount + exact.size;
  }

  function purgedAt(token: string, origin: Pick<OriginRef, "key" | "pathKey">, requestKey: string | null): PurgedAt {
    let any = 0;
    let hard = 0;
    const consider = (mark: PurgedAt | undefined) => {
      if (mark === undefined) return;
      if (mark.any > any) any = mark.any;
      if (mark.hard > hard) hard = mark.hard;
    };
    consider(tokens.get(token));
    if (prefixes.size > 0 || partialCount > 0) {
      for (const folder of folders(origin.pathKey)) {
        consider(prefixes.get(folder));
        const inside = partialCount > 0 ? partials.get(folder) : undefined;
        if (inside) for (const [prefix, mark] of inside) if (origin.pathKey.startsWith(prefix)) consider(mark);
      }
    }
    if (exact.size > 0) {
      consider(exact.get(origin.pathKey));
      if (origin.key !== origin.pathKey) consider(exact.get(origin.key));
      if (requestKey !== null) consider(exact.get(requestKey));
    }
    return { any, hard };
  }

  return {
    apply,
    purgedAt,
    get size() {
      return entryCount() + tokens.size;
    },
  };
}

/** Raises an entry and makes it the newest of its map. */
function raise(map: Map<string, PurgedAt>, key: string, mark: PurgedAt): void {
  const before = map.get(key);
  map.delete(key);
  map.set(key, before ? { any: Math.max(before.any, mark.any), hard: Math.max(before.hard, mark.hard) } : mark);
}
