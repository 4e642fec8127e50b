import type { Database } from "bun:sqlite";
import { anyTag } from "@freshet/core";
import type { GoOn } from "../budget.ts";

/**
 * Which pointers have a tag: only those that their origins gave. Kept by triggers, so that whoever writes a pointer need
 * not know of it; what was there before is looked through once.
 */
export function prepareTagged(db: Database): void {
  if (db.query("SELECT 1 FROM sqlite_schema WHERE name = 'tagged'").get() !== null) return;
  db.run(`CREATE TABLE tagged (tag TEXT NOT NULL, origin TEXT NOT NULL, version TEXT NOT NULL,
    PRIMARY KEY (tag, origin, version)) STRICT, WITHOUT ROWID`);
  // Tags have neither blanks nor quotes; a backslash is doubled, or it would not be one in JSON.
  const eachOf = (tags: string) =>
    `json_each('["' || replace(replace(${tags}, '\\', '\\\\'), ' ', '","') || '"]')`;
  const add = (from: string, tags: string) =>
    `INSERT OR IGNORE INTO tagged SELECT value, ${from}.origin, ${from}.version FROM ${eachOf(tags)}`;
  db.run(`CREATE TRIGGER tags_come AFTER INSERT ON pointer WHEN new.tags <> '' BEGIN
    ${add("new", "new.tags")}; END`);
  db.run(`CREATE TRIGGER tags_change AFTER UPDATE OF tags ON pointer WHEN new.tags <> old.tags BEGIN
    DELETE FROM tagged WHERE tag IN (SELECT value FROM ${eachOf("old.tags")})
      AND origin = old.origin AND version = old.version;
    INSERT OR IGNORE INTO tagged SELECT value, new.origin, new.version FROM ${eachOf("new.tags")} WHERE value <> ''; END`);
  db.run(`CREATE TRIGGER tags_go AFTER DELETE ON pointer WHEN old.tags <> '' BEGIN
    DELETE FROM tagged WHERE tag IN (SELECT value FROM ${eachOf("old.tags")})
      AND origin = old.origin AND version = old.version; END`);
  db.run(`INSERT OR IGNORE INTO tagged
    SELECT value, origin, version FROM pointer, ${eachOf("tags")} WHERE tags <> ''`);
}

export interface TagSearch {
  readonly token: string;
  /** What has {@link anyTag} has each of them. */
  readonly tags: readonly string[];
  /** Whether an original has one by its name; `null` if none of the tags is of that kind. */
  readonly isNamed: ((origin: string) => boolean) | null;
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

/** Originals that are looked at before others get their turn: some 1 ms. */
const readAtOnce = 1_000;
const countedAtOnce = 5_000;

/** Finds the originals of a token that have one of some tags, in any of their versions. */
export async function taggedOrigins(db: Database, search: TagSearch, goOn: GoOn): Promise<TaggedOrigins> {
  return search.isNamed
    ? lookThrough(db, search, search.isNamed, goOn)
    : readIndex(db, [...search.tags, anyTag], search.token, goOn);
}

interface Page {
  readonly count: number;
  readonly last: string | null;
}

/** By one tag after the other; what has one of those before was found by it. */
async function readIndex(
  db: Database,
  tags: readonly string[],
  token: string,
  goOn: GoOn,
): Promise<TaggedOrigins> {
  const end = `${token}|\u{10ffff}`;
  const page = `SELECT DISTINCT origin FROM tagged WHERE tag = ? AND origin > ? AND origin < ?
    AND NOT EXISTS (SELECT 1 FROM tagged AS other, json_each(?) WHERE other.tag = value AND other.origin = tagged.origin)
    ORDER BY origin LIMIT ?`;
  const read = db.query<{ origin: string }, [string, string, string, string, number]>(page);
  const count = db.query<Page, [string, string, string, string, number]>(
    `SELECT count(*) AS count, max(origin) AS last FROM (${page})`,
  );
  const keys: string[] = [];
  let more = 0;
  for (const [at, tag] of tags.entries()) {
    const before = JSON.stringify(tags.slice(0, at));
    for (let last: string | null = `${token}|`; last !== null; ) {
      if (keys.length < keptKeys) {
        const found: { origin: string }[] = read.all(tag, last, end, before, readAtOnce);
        for (const { origin } of found) keys.push(origin);
        last = found.at(-1)?.origin ?? null;
      } else {
        const found = count.get(tag, last, end, before, countedAtOnce) as Page;
        more += found.count;
        last = found.last;
      }
      if (last !== null && !(await goOn())) return { keys, more, cut: true };
    }
  }
  return { keys, more, cut: false };
}

/** Some pointers with a tag. */
export function sampleTagged(db: Database, token: string, tag: string, limit: number) {
  const sql = `SELECT origin AS originKey, version FROM tagged
    WHERE tag IN (?, '${anyTag}') AND origin >= ? AND origin < ? LIMIT ?`;
  const start = `${token}|`;
  return db
    .query<{ originKey: string; version: string }, [string, string, string, number]>(sql)
    .all(tag, start, `${start}\u{10ffff}`, limit);
}

/** Freshet's own tags are made from the names of originals, and stand in no table. */
async function lookThrough(
  db: Database,
  { token, tags }: TagSearch,
  isNamed: (origin: string) => boolean,
  goOn: GoOn,
): Promise<TaggedOrigins> {
  const sought = new Set([...tags, anyTag]);
  const page = db.query<{ origin: string; version: string; tags: string }, [string, string, string, number]>(
    `SELECT origin, version, tags FROM pointer WHERE (origin, version) > (?, ?) AND origin < ?
      ORDER BY origin, version LIMIT ?`,
  );
  const keys: string[] = [];
  let more = 0;
  let found = "";
  for (let [origin, version] = [`${token}|`, ""]; ; ) {
    const rows = page.all(origin, version, `${token}|\u{10ffff}`, readAtOnce);
    for (const row of rows) {
      // Versions of one original follow one another.
      if (row.origin === found) continue;
      if (!row.tags.split(" ").some((tag) => sought.has(tag)) && !isNamed(row.origin)) continue;
      found = row.origin;
      if (keys.length < keptKeys) keys.push(found);
      else more++;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < readAtOnce) return { keys, more, cut: false };
    ({ origin, version } = last);
    if (!(await goOn())) return { keys, more, cut: true };
  }
}
