import { type Mark, type Marks, merge, raise } from "./marks.ts";

/** Purges that need a look at each of some few, kept by what they have in common. */
export interface KeyedGroups {
  raise(group: string, key: string, mark: Mark, settled: number): void;
  /** The purges of one group. */
  of(group: string): Iterable<readonly [string, Mark]>;
  /** Takes the oldest group out, with all of its purges in one. */
  takeOldest(settled: number): { readonly group: string; readonly mark: Mark } | null;
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
    get size() {
      return size;
    },
  };
}
