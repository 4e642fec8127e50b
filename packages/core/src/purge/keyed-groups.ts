import { createMarks, itself, type Mark, type Marks, merge } from "./marks.ts";

export interface Group {
  readonly key: string;
  readonly marks: Marks<string>;
}

/** Purges that are kept by what they have in common: a folder, an original, a token. */
export interface KeyedGroups<Name> {
  raise(group: string, key: string, mark: Mark, settled: number): void;
  /** Oldest first. @see Marks.byName */
  readonly byName: ReadonlyMap<Name, Group>;
  /** Widens groups, oldest first, each with all of its purges in one, until there are few enough. */
  fold(isEnough: () => boolean, settled: number): void;
  /** Widens that share of each group, its oldest first, at least one: no group pays for another. */
  foldShare(share: number): void;
  readonly size: number;
}

/** Names are those of groups. @see createMarks */
export function createKeyedGroups<Name>(
  toName: (group: string) => Name,
  widen: (group: string, mark: Mark) => void,
): KeyedGroups<Name> {
  const groups = new Map<Name, Group>();
  let size = 0;

  function groupOf(key: string, settled: number): Group {
    const name = toName(key);
    const there = groups.get(name);
    if (there?.key === key) return there;
    if (there) foldGroup(name, there, settled);
    const group = { key, marks: createMarks(itself, (_, mark) => widen(key, mark)) };
    groups.set(name, group);
    return group;
  }

  function foldGroup(name: Name, { key, marks }: Group, settled: number): void {
    groups.delete(name);
    size -= marks.byName.size;
    widen(
      key,
      [...marks.byName.values()].reduce<Mark>((a, b) => merge(a, b, settled), nothing),
    );
  }

  return {
    raise(key, own, mark, settled) {
      const { marks } = groupOf(key, settled);
      size -= marks.byName.size;
      marks.raise(own, mark, settled);
      size += marks.byName.size;
    },
    byName: groups,
    fold(isEnough, settled) {
      for (const [name, group] of groups) {
        if (isEnough()) return;
        foldGroup(name, group, settled);
      }
    },
    foldShare(share) {
      for (const [name, { marks }] of groups) {
        const before = marks.byName.size;
        const left = before - Math.ceil(before * share);
        marks.fold(() => marks.byName.size <= left);
        size -= before - marks.byName.size;
        if (marks.byName.size === 0) groups.delete(name);
      }
    },
    get size() {
      return size;
    },
  };
}

const nothing: Mark = { any: 0, hard: 0, due: 0, pending: Number.POSITIVE_INFINITY };
