import { createDepths } from "./depths.ts";
import { createKeyedGroups } from "./keyed-groups.ts";
import type { LogRow } from "./log-row.ts";
import { type Mark, type Marks, markOf, raise } from "./marks.ts";
import { folderOf, originalsOfUrl, tokenOf } from "./target.ts";

/** The entries of a registry, each kind in a map of its own, and how they make room for each other. */
export type RegistryEntries = ReturnType<typeof createRegistryEntries>;

export function createRegistryEntries(maxEntries: number) {
  let settled = 0;
  const tokens: Marks = new Map();
  const prefixes: Marks = new Map();
  const prefixDepths = createDepths();
  /** Prefixes that end inside a path segment (`/img/2024-*`), by the folder that they lie in. */
  const partials = createKeyedGroups();
  const partialDepths = createDepths();
  const originals: Marks = new Map();
  const urls: Marks = new Map();
  /** Plans, by original. */
  const variants = createKeyedGroups();
  /** By token, then by tag: no key has to be put together for a look-up. */
  const tags = createKeyedGroups();
  /** Newest purge of any tag, by token: at most as many as there are tokens. */
  const anyTags: Marks = new Map();
  let hasOwnTags = false;

  function raisePrefix(pattern: string, mark: Mark): void {
    raise(prefixes, pattern, mark, settled);
    prefixDepths.add(pattern);
  }

  function keep({ kind, token, pattern }: LogRow, mark: Mark): void {
    switch (kind) {
      case "all":
        raise(tokens, token, mark, settled);
        break;
      case "prefix":
        if (pattern.endsWith("/")) raisePrefix(pattern, mark);
        else {
          partials.raise(folderOf(pattern), pattern, mark, settled);
          partialDepths.add(pattern);
        }
        break;
      case "variants": {
        const line = pattern.indexOf("\n");
        variants.raise(pattern.slice(0, line), pattern.slice(line + 1), mark, settled);
        break;
      }
      case "tag":
        hasOwnTags ||= /\|#[op]:/.test(pattern);
        tags.raise(token, pattern.slice(token.length + 2), mark, settled);
        raise(anyTags, token, mark, settled);
        break;
      case "url":
        raise(urls, pattern, mark, settled);
        break;
      case "original":
        raise(originals, pattern, mark, settled);
    }
  }

  function bounded(): number {
    return prefixes.size + partials.size + originals.size + urls.size + variants.size + tags.size;
  }

  /** Makes room for a tenth of all entries at once, so that a full registry does not collapse at every row. */
  function collapse(): void {
    const target = Math.floor(maxEntries * 0.9);
    const isEnough = () => bounded() <= target;
    fold(originals, isEnough, (key, mark) => raisePrefix(folderOf(key), mark));
    fold(urls, isEnough, (key, mark) => {
      for (const original of originalsOfUrl(key)) raisePrefix(folderOf(original), mark);
    });
    for (const groups of [variants, partials]) {
      while (!isEnough()) {
        const oldest = groups.takeOldest(settled);
        if (!oldest) break;
        raisePrefix(folderOf(oldest.group), oldest.mark);
      }
    }
    while (tags.size > 0 && !isEnough()) {
      for (const { group, mark } of tags.takeShare(0.1)) raise(tokens, group, mark, settled);
    }
    fold(prefixes, isEnough, (key, mark) => raise(tokens, tokenOf(key), mark, settled));
  }

  return {
    ...{ tokens, prefixes, prefixDepths, partials, partialDepths, originals, urls, variants, tags, anyTags },
    add(row: LogRow): void {
      keep(row, markOf(row.seq, row.mode));
      if (bounded() > maxEntries) collapse();
    },
    settle(seq: number): void {
      settled = Math.max(settled, seq);
    },
    get settled(): number {
      return settled;
    },
    /** Whether there are purges of tags that Freshet itself gives. */
    get hasOwnTags(): boolean {
      return hasOwnTags;
    },
    get size(): number {
      return bounded() + tokens.size + anyTags.size;
    },
  };
}

/** Moves the oldest entries of a map elsewhere. */
function fold(marks: Marks, isEnough: () => boolean, into: (key: string, mark: Mark) => void): void {
  for (const [key, mark] of marks) {
    if (isEnough()) return;
    marks.delete(key);
    into(key, mark);
  }
}
