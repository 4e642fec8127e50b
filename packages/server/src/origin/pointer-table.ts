import type { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { anyTag, type PurgeTarget, type SourceFormat, type Stamp } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import { openRebuildable } from "../open-rebuildable.ts";
import type { Validators } from "./source.ts";

/** What one version of an original was when it was last fetched or found unchanged. */
export interface Pointer {
  /** Content hash of the original's bytes. */
  readonly content: string;
  /** `null` for what is no image that can be read, and is only passed on. */
  readonly format: SourceFormat | null;
  /** What the origin called it; `null` if it did not say. */
  readonly mediaType: string | null;
  readonly validators: Validators;
  readonly stamp: Stamp;
  /** Wall clock, ms since 1970. */
  readonly fetchedAtMs: number;
  /** That its origin gave it: see core's `tagsOf`. */
  readonly tags: readonly string[];
}

export interface PointerName {
  readonly originKey: string;
  readonly version: string;
}

/** The only coherent state of a node: origin key and version → pointer. It outlives the process. */
export interface PointerTable {
  get(originKey: string, version: string): Pointer | null;
  set(originKey: string, version: string, pointer: Pointer): void;
  /** The newest stamp that any pointer ever had, with its job; `null` if there is none. */
  newestStamp(): Required<Stamp> | null;
  /** Tags of all versions of an original. */
  tagsOf(originKey: string): readonly string[];
  /** Some pointers that a purge names, without looking far: of tags, only those that origins gave. */
  sample(target: PurgeTarget, limit: number): readonly PointerName[];
  readonly size: number;
  close(): void;
}

/**
 * A lost or old row is harmless: stamps tell what may still be used, and what is missing is fetched. So the file is
 * not flushed at each write, one that cannot be read is begun anew, and a write that fails is only reported.
 */
export function openPointerTable(
  file: string,
  report: (error: unknown) => void = console.error,
  maxInMemory: number = serverLimits.pointersInMemory,
): PointerTable {
  mkdirSync(dirname(file), { recursive: true });
  const db = openRebuildable(file, prepare, report);
  const select = db.query<Row, [string, string]>("SELECT * FROM pointer WHERE origin = ? AND version = ?");
  const selectTags = db.query<{ tags: string }, [string]>("SELECT tags FROM pointer WHERE origin = ?");
  const upsert = db.query("INSERT OR REPLACE INTO pointer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const count = db.query<{ n: number }, []>("SELECT count(*) AS n FROM pointer");
  const near = new Map<string, Pointer>();
  let newest = db.query<Required<Stamp>, []>("SELECT log_id AS logId, seq, job FROM newest_stamp").get();

  /** Before the pointer, so that no stamp on the disk is newer than what the log is asked about after a restart. */
  function noteStamp({ logId, seq, job }: Stamp): void {
    if (job === undefined || (newest?.logId === logId && newest.seq >= seq)) return;
    db.query("INSERT OR REPLACE INTO newest_stamp VALUES (1, ?, ?, ?)").run(logId, seq, job);
    newest = { logId, seq, job };
  }

  function remember(key: string, pointer: Pointer): void {
    near.delete(key);
    near.set(key, pointer);
    if (near.size > maxInMemory) near.delete(near.keys().next().value as string);
  }

  function harmless<T>(work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      report(error);
      return null;
    }
  }

  return {
    get(originKey, version) {
      const key = `${originKey}\n${version}`;
      const known = near.get(key);
      if (known) return known;
      const row = harmless(() => select.get(originKey, version));
      if (!row) return null;
      const pointer = fromRow(row);
      remember(key, pointer);
      return pointer;
    },
    set(originKey, version, pointer) {
      remember(`${originKey}\n${version}`, pointer);
      const { content, format, mediaType, validators, stamp, fetchedAtMs, tags } = pointer;
      const { etag, lastModified } = validators;
      harmless(() => {
        noteStamp(stamp);
        upsert.run(
          originKey,
          version,
          content,
          format ?? "",
          etag,
          lastModified,
          stamp.logId,
          stamp.seq,
          fetchedAtMs,
          mediaType,
          tags.join(" "),
        );
      });
    },
    newestStamp: () => newest,
    tagsOf: (originKey) =>
      selectTags.all(originKey).flatMap(({ tags }) => (tags === "" ? [] : tags.split(" "))),
    sample: (target, limit) => harmless(() => sampleOf(db, target, limit)) ?? [],
    get size() {
      return count.get()?.n ?? 0;
    },
    close: () => db.close(),
  };
}

/** Rows that are looked through for a tag. */
const rowsForTag = 1_000;

function sampleOf(db: Database, { kind, token, pattern }: PurgeTarget, limit: number): PointerName[] {
  const select = db.query<PointerName & { tags: string }, [string, string, number]>(
    "SELECT origin AS originKey, version, tags FROM pointer WHERE origin >= ? AND origin < ? LIMIT ?",
  );
  const between = (start: string, rows: number) => select.all(start, `${start}\u{10ffff}`, rows);
  if (kind === "tag") {
    const tag = pattern.slice(token.length + 2);
    const found = between(`${token}|`, rowsForTag).filter(({ tags }) => tags.split(" ").includes(tag));
    return found.slice(0, limit);
  }
  if (kind === "all") return between(`${token}|`, limit);
  if (kind === "prefix") return between(pattern, limit);
  const [key = ""] = pattern.split("\n");
  const isOwn = ({ originKey }: PointerName) =>
    originKey === key || (kind !== "url" && !key.includes("?") && originKey.startsWith(`${key}?`));
  return between(key, limit).filter(isOwn);
}

function prepare(db: Database): void {
  db.run(`CREATE TABLE IF NOT EXISTS pointer (
    origin TEXT NOT NULL, version TEXT NOT NULL, content TEXT NOT NULL, format TEXT NOT NULL,
    etag TEXT, last_modified TEXT, log_id TEXT NOT NULL, seq INTEGER NOT NULL, fetched_at REAL NOT NULL,
    media_type TEXT, tags TEXT NOT NULL, PRIMARY KEY (origin, version)) STRICT, WITHOUT ROWID`);
  db.run(`CREATE TABLE IF NOT EXISTS newest_stamp (
    id INTEGER PRIMARY KEY, log_id TEXT NOT NULL, seq INTEGER NOT NULL, job TEXT NOT NULL) STRICT`);
  addColumns(db);
}

/**
 * Tables that were made before originals could be passed on have no media types, and those from before there were
 * tags no tags: what they hold is reached by every purge of one.
 */
function addColumns(db: Database): void {
  const columns = db.query<{ name: string }, []>("SELECT name FROM pragma_table_info('pointer')").all();
  const has = (column: string) => columns.some(({ name }) => name === column);
  if (!has("media_type")) db.run("ALTER TABLE pointer ADD COLUMN media_type TEXT");
  if (!has("tags")) db.run(`ALTER TABLE pointer ADD COLUMN tags TEXT NOT NULL DEFAULT '${anyTag}'`);
}

interface Row {
  readonly content: string;
  /** Empty if it is no image. */
  readonly format: SourceFormat | "";
  readonly etag: string | null;
  readonly last_modified: string | null;
  readonly log_id: string;
  readonly seq: number;
  readonly fetched_at: number;
  readonly media_type: string | null;
  readonly tags: string;
}

function fromRow(row: Row): Pointer {
  return {
    content: row.content,
    format: row.format === "" ? null : row.format,
    mediaType: row.media_type,
    validators: { etag: row.etag, lastModified: row.last_modified },
    stamp: { logId: row.log_id, seq: row.seq },
    fetchedAtMs: row.fetched_at,
    tags: row.tags === "" ? [] : row.tags.split(" "),
  };
}
