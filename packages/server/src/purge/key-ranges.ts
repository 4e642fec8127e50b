import type { PurgeTarget } from "@freshet/core";

/** Keys of originals from one on, up to another and without it. Keys are ASCII, so texts compare here as in SQLite. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

/** Greater than every character of a key. */
const beyond = "\u{10ffff}";

/** Originals that a target concerns; those of a tag cannot be told by their keys. */
export function rangesOf({ kind, token, pattern }: Omit<PurgeTarget, "kind"> & { kind: Ranged }): KeyRange[] {
  const startingWith = (from: string) => ({ from, to: `${from}${beyond}` });
  if (kind === "all") return [startingWith(`${token}|`)];
  if (kind === "prefix") return [startingWith(pattern)];
  const [key = ""] = pattern.split("\n", 1);
  if (kind === "url" || key.includes("?")) return [exactly(key)];
  return [exactly(key), startingWith(`${key}?`)];
}

/** The token whose keys, all of them, are in a range and no others; `null` if that cannot be said. */
export function wholeToken({ from, to }: KeyRange): string | null {
  return /^[^|]+\|$/.test(from) && to === `${from}${beyond}` ? from.slice(0, -1) : null;
}

type Ranged = Exclude<PurgeTarget["kind"], "tag">;

export function exactly(key: string): KeyRange {
  return { from: key, to: `${key}\0` };
}

/** The same keys in ranges that follow one another and have nothing in common. */
export function joinRanges(ranges: readonly KeyRange[]): KeyRange[] {
  const joined: KeyRange[] = [];
  for (const range of [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = joined.at(-1);
    if (last === undefined || last.to < range.from) joined.push(range);
    else if (last.to < range.to) joined[joined.length - 1] = { from: last.from, to: range.to };
  }
  return joined;
}

/** Keys of the first that are in none of the second. @param others and they themselves as `joinRanges` leaves them */
export function withoutRanges(ranges: readonly KeyRange[], others: readonly KeyRange[]): KeyRange[] {
  const left: KeyRange[] = [];
  let at = 0;
  for (const { from, to } of ranges) {
    let start = from;
    while (at < others.length && (others[at] as KeyRange).to <= start) at++;
    for (let next = at; next < others.length && start < to; next++) {
      const other = others[next] as KeyRange;
      if (other.from >= to) break;
      if (start < other.from) left.push({ from: start, to: other.from });
      start = other.to;
    }
    if (start < to) left.push({ from: start, to });
  }
  return left;
}
