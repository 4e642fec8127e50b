import type { PurgedAt } from "./stamp.ts";

/** Newest purges by key, oldest entry first. */
export type Marks = Map<string, PurgedAt>;

/** Raises an entry and makes it the newest of its map. */
export function raise(marks: Marks, key: string, mark: PurgedAt): void {
  const before = marks.get(key);
  marks.delete(key);
  marks.set(key, before ? newest(before, mark) : mark);
}

/** The later of two, in both respects. */
export function newest(a: PurgedAt, b: PurgedAt | undefined): PurgedAt {
  if (b === undefined || (b.any <= a.any && b.hard <= a.hard)) return a;
  return { any: Math.max(a.any, b.any), hard: Math.max(a.hard, b.hard) };
}
