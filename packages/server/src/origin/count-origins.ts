import type { Database } from "bun:sqlite";
import type { GoOn } from "../budget.ts";
import type { KeyRange } from "../purge/key-ranges.ts";

/** Originals that are counted before others get their turn: some 1 ms. */
const countedAtOnce = 5_000;

/** Counts the originals of the pointer table whose keys are in a range. */
export async function countOrigins(db: Database, { from, to }: KeyRange, goOn: GoOn) {
  const page = db.query<{ n: number; last: string | null }, [string, string, number]>(
    `SELECT count(*) AS n, max(origin) AS last FROM
      (SELECT DISTINCT origin FROM pointer WHERE origin >= ? AND origin < ? ORDER BY origin LIMIT ?)`,
  );
  let count = 0;
  for (let start = from; ; ) {
    const { n, last } = page.get(start, to, countedAtOnce) as { n: number; last: string | null };
    count += n;
    if (last === null || n < countedAtOnce) return { count, cut: false };
    start = `${last}\0`;
    if (!(await goOn())) return { count, cut: true };
  }
}

export interface TagSearch {
  readonly token: string;
  /** Among all, or only among those with tags from their origins. */
  readonly among: "all" | "tagged";
  isMeant(origin: string, tags: readonly string[]): boolean;
}

export interface TaggedOrigins {
  /** Of the first thousands. */
  readonly keys: readonly string[];
  /** How many there are beside them. */
  readonly more: number;
  /** There was no time to look at all. */
  readonly cut: boolean;
}

/** Originals that are named one by one; of more, there is no time to look at the pictures anyway. */
const keptKeys = 10_000;

/** Rows whose tags are read before others get their turn: some 1 ms. */
const taggedAtOnce = 500;

export async function taggedOrigins(db: Database, search: TagSearch, goOn: GoOn): Promise<TaggedOrigins> {
  const { token, among, isMeant } = search;
  const condition = among === "tagged" ? "AND tags <> ''" : "";
  const page = db.query<{ origin: string; version: string; tags: string }, [string, string, string, number]>(
    `SELECT origin, version, tags FROM pointer WHERE (origin, version) > (?, ?) AND origin < ? ${condition}
      ORDER BY origin, version LIMIT ?`,
  );
  const found = createFound();
  for (let [origin, version] = [`${token}|`, ""]; ; ) {
    const rows = page.all(origin, version, `${token}|\u{10ffff}`, taggedAtOnce);
    for (const { origin, tags } of rows) {
      if (isMeant(origin, tags === "" ? [] : tags.split(" "))) found.add(origin);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < taggedAtOnce) return found.soFar(false);
    ({ origin, version } = last);
    if (!(await goOn())) return found.soFar(true);
  }
}

function createFound() {
  const keys: string[] = [];
  let more = 0;
  // Versions of one original follow one another.
  let last = "";
  return {
    add(key: string) {
      if (key === last) return;
      last = key;
      if (keys.length < keptKeys) keys.push(key);
      else more++;
    },
    soFar: (cut: boolean): TaggedOrigins => ({ keys, more, cut }),
  };
}
