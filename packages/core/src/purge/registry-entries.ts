import { createDepths } from "./depths.ts";
import { createKeyedGroups } from "./keyed-groups.ts";
import type { LogRow } from "./log-row.ts";
import { createMarks, itself, type Mark, markOf, merge } from "./marks.ts";
import { folderOf, originalsOfUrl, tokenOf } from "./target.ts";

/** The entries of a registry, each kind by itself, and how they make room for each other. */
export type RegistryEntries = ReturnType<typeof createRegistryEntries>;

/** @param toName of originals and folders, which are remembered with what is looked up; other keys are their own names */
export function createRegistryEntries(maxEntries: number, toName: (key: string) => number) {
  let settled = 0;
  /** At most as many as there are tokens. */
  const tokens = new Map<string, Mark>();
  const prefixes = createMarks(toName, (key, mark) => raiseToken(tokens, tokenOf(key), mark));
  const prefixDepths = createDepths();
  const toFolder = (key: string, mark: Mark) => raisePrefix(folderOf(key), mark);
  /** Prefixes that end inside a path segment (`/img/2024-*`), by the folder that they lie in. */
  const partials = createKeyedGroups(toName, toFolder);
  const partialDepths = createDepths();
  const originals = createMarks(toName, toFolder);
  const urls = createMarks(itself, (key, mark) => {
    for (const original of originalsOfUrl(key)) toFolder(original, mark);
  });
  /** Plans, by original. */
  const variants = createKeyedGroups(toName, toFolder);
  /** By token. */
  const tags = createKeyedGroups(itself, (token, mark) => raiseToken(tokens, token, mark));
  /** Newest purge of any tag, by token. */
  const anyTags = new Map<string, Mark>();
  let hasOwnTags = false;

  function raiseToken(marks: Map<string, Mark>, token: string, mark: Mark): void {
    const before = marks.get(token);
    marks.set(token, before ? merge(before, mark, settled) : mark);
  }

  function raisePrefix(pattern: string, mark: Mark): void {
    prefixes.raise(pattern, mark, settled);
    prefixDepths.add(pattern);
  }

  function keep({ kind, token, pattern }: LogRow, mark: Mark): void {
    switch (kind) {
      case "all":
        raiseToken(tokens, token, mark);
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
        raiseToken(anyTags, token, mark);
        break;
      case "url":
        urls.raise(pattern, mark, settled);
        break;
      case "original":
        originals.raise(pattern, mark, settled);
    }
  }

  function bounded(): number {
    const { byName } = originals;
    return byName.size + prefixes.byName.size + urls.byName.size + partials.size + variants.size + tags.size;
  }

  /** Makes room for a tenth of all entries at once, so that a full registry does not collapse at every row. */
  function collapse(): void {
    const target = Math.floor(maxEntries * 0.9);
    const isEnough = () => bounded() <= target;
    originals.fold(isEnough);
    urls.fold(isEnough);
    variants.fold(isEnough, settled);
    partials.fold(isEnough, settled);
    while (tags.size > 0 && !isEnough()) tags.foldShare(0.1);
    prefixes.fold(isEnough);
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
