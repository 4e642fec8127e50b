import { createKeyedGroups } from "./keyed-groups.ts";
import type { LogRow } from "./log-row.ts";
import { type Mark, type Marks, markOf, raise } from "./marks.ts";
import { folderOf, tokenOf } from "./target.ts";

/** The entries of a registry, each kind in a map of its own, and how they make room for each other. */
export type RegistryEntries = ReturnType<typeof createRegistryEntries>;

export function createRegistryEntries(maxEntries: number) {
  let settled = 0;
  const tokens: Marks = new Map();
  const prefixes: Marks = new Map();
  /** Prefixes that end inside a path segment (`/img/2024-*`), by the folder that they lie in. */
  const partials = createKeyedGroups();
  /** Originals and URLs: their keys cannot be mistaken for one another. */
  const exact: Marks = new Map();
  /** Plans, by original. */
  const variants = createKeyedGroups();
  const tags: Marks = new Map();
  /** Newest purge of any tag, by token: at most as many as there are tokens. */
  const anyTags: Marks = new Map();
  let hasOwnTags = false;

  function keep({ kind, token, pattern }: LogRow, mark: Mark): void {
    switch (kind) {
      case "all":
        raise(tokens, token, mark, settled);
        break;
      case "prefix":
        if (pattern.endsWith("/")) raise(prefixes, pattern, mark, settled);
        else partials.raise(folderOf(pattern), pattern, mark, settled);
        break;
      case "variants": {
        const line = pattern.indexOf("\n");
        variants.raise(pattern.slice(0, line), pattern.slice(line + 1), mark, settled);
        break;
      }
      case "tag":
        hasOwnTags ||= /\|#[op]:/.test(pattern);
        raise(tags, pattern, mark, settled);
        raise(anyTags, token, mark, settled);
        break;
      default:
        raise(exact, pattern, mark, settled);
    }
  }

  function bounded(): number {
    return prefixes.size + partials.size + exact.size + variants.size + tags.size;
  }

  /** Makes room for a tenth of all entries at once, so that a full registry does not collapse at every row. */
  function collapse(): void {
    const target = Math.floor(maxEntries * 0.9);
    const isEnough = () => bounded() <= target;
    fold(exact, isEnough, (key, mark) => raise(prefixes, folderOf(key), mark, settled));
    for (const groups of [variants, partials]) {
      while (!isEnough()) {
        const oldest = groups.takeOldest(settled);
        if (!oldest) break;
        raise(prefixes, folderOf(oldest.group), oldest.mark, settled);
      }
    }
    for (const marks of [tags, prefixes]) {
      fold(marks, isEnough, (key, mark) => raise(tokens, tokenOf(key), mark, settled));
    }
  }

  return {
    ...{ tokens, prefixes, partials, exact, variants, tags, anyTags },
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
