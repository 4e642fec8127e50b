import type { PurgeMode } from "./target.ts";

/** The purges of one key, as far as they still matter. */
export interface Mark {
  readonly any: number;
  readonly hard: number;
  readonly due: number;
  /** The oldest soft purge that is newer than `due`; infinite if there is none. */
  readonly pending: number;
}

export interface KeyedMark extends Mark {
  readonly key: string;
}

/** Purges by the names of keys, as many as there may be. */
export interface Marks<Name> {
  /** Raises an entry and makes it the newest. @param settled see {@link merge} */
  raise(key: string, mark: Mark, settled: number): void;
  /** Oldest first. Shown as the map that it is: code that asks maps of texts and of numbers takes twice as long. */
  readonly byName: ReadonlyMap<Name, KeyedMark>;
  /** Gives entries to what is wider, oldest first, until there are few enough. */
  fold(isEnough: () => boolean): void;
}

/** For keys that are their own names. */
export const itself = (key: string) => key;

/**
 * @param toName what is looked up by; two keys may have one name
 * @param widen takes what there is no room for, and purges at least as much by it. Of two keys with one name the one that
 *   was there is widened: what is found by a name that stands for another key as well is too much, never too little.
 */
export function createMarks<Name>(
  toName: (key: string) => Name,
  widen: (key: string, mark: Mark) => void,
): Marks<Name> {
  const byName = new Map<Name, KeyedMark>();
  return {
    raise(key, mark, settled) {
      const name = toName(key);
      const before = byName.get(name);
      if (before) byName.delete(name);
      if (before && before.key !== key) widen(before.key, before);
      const { any, hard, due, pending } = before?.key === key ? merge(before, mark, settled) : mark;
      byName.set(name, { key, any, hard, due, pending });
    },
    byName,
    fold(isEnough) {
      for (const [name, mark] of byName) {
        if (isEnough()) return;
        byName.delete(name);
        widen(mark.key, mark);
      }
    },
  };
}

/** What one row of the log does to its key. */
export function markOf(seq: number, mode: PurgeMode): Mark {
  if (mode === "soft") return { any: seq, hard: 0, due: 0, pending: seq };
  const hard = mode === "revalidate" ? 0 : seq;
  return { any: seq, hard, due: seq, pending: Number.POSITIVE_INFINITY };
}

/**
 * Both in one. Of soft purges that follow each other only the oldest and the newest are remembered: once the window of
 * the oldest is over, all of them count as due, which is too early for some and too late for none.
 *
 * @param settled soft purges up to here are past their window
 */
export function merge(a: Mark, b: Mark, settled: number): Mark {
  return {
    any: Math.max(a.any, b.any),
    hard: Math.max(a.hard, b.hard),
    due: Math.max(dueOf(a, settled), dueOf(b, settled)),
    pending: Math.min(pendingOf(a, settled), pendingOf(b, settled)),
  };
}

export function dueOf(mark: Mark, settled: number): number {
  return mark.pending <= settled ? mark.any : mark.due;
}

function pendingOf(mark: Mark, settled: number): number {
  return mark.pending <= settled ? Number.POSITIVE_INFINITY : mark.pending;
}
