import type { PurgeMode } from "./target.ts";

/** The purges of one key, as far as they still matter. */
export interface Mark {
  readonly any: number;
  readonly hard: number;
  readonly due: number;
  /** The oldest soft purge that is newer than `due`; infinite if there is none. */
  readonly pending: number;
}

/** Purges by key, oldest entry first. */
export type Marks = Map<string, Mark>;

/** What one row of the log does to its key. */
export function markOf(seq: number, mode: PurgeMode): Mark {
  if (mode === "soft") return { any: seq, hard: 0, due: 0, pending: seq };
  const hard = mode === "revalidate" ? 0 : seq;
  return { any: seq, hard, due: seq, pending: Number.POSITIVE_INFINITY };
}

/** Raises an entry and makes it the newest of its map. @param settled see {@link merge} */
export function raise(marks: Marks, key: string, mark: Mark, settled: number): void {
  const before = marks.get(key);
  marks.delete(key);
  marks.set(key, before ? merge(before, mark, settled) : mark);
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
