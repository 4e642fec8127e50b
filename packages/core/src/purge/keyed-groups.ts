import { type Mark, type Marks, merge, raise } from "./marks.ts";

/** Purges that are kept by what they have in common: a folder, an original, a token. */
export interface KeyedGroups {
  raise(group: string, key: string, mark: Mark, settled: number): void;
  /** The purges of one group. */
  of(group: string): ReadonlyMap<string, Mark>;
  /** Takes the oldest group out, with all of its purges in one. */
  takeOldest(settled: number): { readonly group: string; readonly mark: Mark } | null;
  /** Takes that share of each group out, its oldest first, at least one: no group pays for another. */
  takeShare(share: number): readonly { readonly group: string; readonly mark: Mark }[];
  readonly size: number;
}

export function createKeyedGroups(): KeyedGroups {
  const groups = new Map<string, Marks>();
  const none: Marks = new Map();
  let size = 0;
  return {
    raise(group, key, mark, settled) {
      const marks: Marks = groups.get(group) ?? new Map();
      size -= marks.size;
      raise(marks, key, mark, settled);
      size += marks.size;
      groups.set(group, marks);
    },
    of: (group) => groups.get(group) ?? none,
    takeOldest(settled) {
      for (const [group, marks] of groups) {
        groups.delete(group);
        size -= marks.size;
        return { group, mark: [...marks.values()].reduce((a, b) => merge(a, b, settled)) };
      }
      return null;
    },
    takeShare(share) {
      const taken: { group: string; mark: Mark }[] = [];
      for (const [group, marks] of groups) {
        const oldest = [...marks].slice(0, Math.ceil(marks.size * share));
        for (const [key, mark] of oldest) {
          marks.delete(key);
          taken.push({ group, mark });
        }
        if (marks.size === 0) groups.delete(group);
      }
      size -= taken.length;
      return taken;
    },
    get size() {
      return size;
    },
  };
}
