import type { Database } from "bun:sqlite";
import { anyTag, type PurgeTarget, type SourceFormat, type Stamp } from "@freshet/core";
import type { GoOn } from "../budget.ts";
import { serverLimits } from "../limits.ts";
import { openRebuildable } from "../open-rebuildable.ts";
import type { KeyRange } from "../purge/key-ranges.ts";
import { createLines, type Lines, prepareLines } from "../purge/lines.ts";
import { countOrigins, prepareCounted } from "./count-origins.ts";
import type { Validators } from "./source.ts";
import { prepareTagged, sampleTagged, type TaggedOrigins, type TagSearch, taggedOrigins } from "./tagged.ts";

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

/** The only coherent state of a node: origin key and version → pointer. It outlives the process, and others share it. */
export interface PointerTable {
  get(originKey: string, version: string): Pointer | null;
  /** What another process has put there since `get` answered with `known`: the same original, fetched later. */
  newer(originKey: string, version: string, known: Pointer): Pointer | null;
  /** Whether `get` has this very pointer in memory. @param name see {@link pointerName} */
  isCurrent(one: { readonly name: string; readonly pointer: Pointer }): boolean;
  /** Does nothing if there is one with a newer stamp. */
  set(originKey: string, version: string, pointer: Pointer): void;
  /** What pointers are stamped with, by whom. */
  readonly lines: Lines;
  /** Tags of all versions of an original. */
  tagsOf(originKey: string): readonly string[];
  /** Some pointers that a purge names, without looking far: of tags, only those that origins gave. */
  sample(target: PurgeTarget, limit: number): readonly PointerName[];
  /** Counts originals, whatever their versions. `cut`: there was no time for all of them. */
  countOrigins(range: KeyRange, goOn: GoOn): Promise<{ readonly count: number; readonly cut: boolean }>;
  /** Finds originals by their tags. */
  taggedOrigins(search: TagSearch, goOn: GoOn): Promise<TaggedOrigins>;
  readonly size: number;
  /** To be called now and then: see {@link openRebuildable}. */
  check(): void;
  close(): void;
}

/** Of two logs nobody knows which is the newer: stamps of the other one are void anyway. */
const upsertSql = `INSERT INTO pointer VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
  content = excluded.content, format = excluded.format, etag = excluded.etag, last_modified = excluded.last_modified,
  log_id = excluded.log_id, seq = excluded.seq, fetched_at = excluded.fetched_at, media_type = excluded.media_type,
  tags = excluded.tags
  WHERE log_id <> excluded.log_id OR seq <= excluded.seq`;

/**
 * A lost or old row is harmless: stamps tell what may still be used, and what is missing is fetched. So the file is
 * not flushed at each write, one that cannot be read is begun anew, and a write that fails is only reported.
 */
export function openPointerTable(
  file: string,
  report: (error: unknown) => void = console.error,
  maxInMemory: number = serverLimits.pointersInMemory,
  nowMs: () => number = () => performance.now(),
): PointerTable {
  const opened = openRebuildable(file, prepare, report);
  const query = <Row, Args extends (string | number | null)[]>(sql: string) =>
    opened.db.query<Row, Args>(sql);
  const near = new Map<string, Near>();
  const lines = createLines(opened);

  function remember(key: string, pointer: Pointer): void {
    near.delete(key);
    near.set(key, { pointer, lookedMs: nowMs() });
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

  function read(originKey: string, version: string): Pointer | null {
    const sql = "SELECT * FROM pointer WHERE origin = ? AND version = ?";
    const row = harmless(() => query<Row, [string, string]>(sql).get(originKey, version));
    if (!row) return null;
    const pointer = fromRow(row);
    remember(pointerName(originKey, version), pointer);
    return pointer;
  }

  function newer(originKey: string, version: string, known: Pointer): Pointer | null {
    const there = read(originKey, version);
    if (there && isNewer(there, known)) return there;
    remember(pointerName(originKey, version), known);
    return null;
  }

  return {
    get(originKey, version) {
      const known = near.get(pointerName(originKey, version));
      if (!known) return read(originKey, version);
      if (nowMs() - known.lookedMs < lookEveryMs) return known.pointer;
      return newer(originKey, version, known.pointer) ?? known.pointer;
    },
    newer,
    isCurrent: ({ name, pointer }) => near.get(name)?.pointer === pointer,
    set(originKey, version, pointer) {
      const known = near.get(pointerName(originKey, version))?.pointer;
      if (known && isOlder(pointer, known)) return;
      remember(pointerName(originKey, version), pointer);
      const { content, format, mediaType, validators, stamp, fetchedAtMs, tags } = pointer;
      const { etag, lastModified } = validators;
      const written = harmless(() => {
        // Before the pointer, so that no stamp on the disk is newer than what the log is asked about after a restart.
        lines.note(stamp);
        return query(upsertSql).run(
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
      // Another process has a newer one: the next look finds it.
      if (written?.changes === 0) near.delete(pointerName(originKey, version));
    },
    lines,
    tagsOf: (originKey) =>
      query<{ tags: string }, [string]>("SELECT tags FROM pointer WHERE origin = ?")
        .all(originKey)
        .flatMap(({ tags }) => (tags === "" ? [] : tags.split(" "))),
    sample: (target, limit) => harmless(() => sampleOf(opened.db, target, limit)) ?? [],
    countOrigins: (range, goOn) => countOrigins(opened.db, range, goOn),
    taggedOrigins: (search, goOn) => taggedOrigins(opened.db, search, goOn),
    get size() {
      return query<{ n: number }, []>("SELECT count(*) AS n FROM pointer").get()?.n ?? 0;
    },
    check: opened.check,
    close: opened.close,
  };
}

/** One name for both parts. */
export function pointerName(originKey: string, version: string): string {
  return `${originKey}\n${version}`;
}

/** What is in memory, and when it was last compared with what other processes may have written. */
interface Near {
  readonly pointer: Pointer;
  readonly lookedMs: number;
}

/** For so long two processes may answer with two versions of an original that changed without a purge. */
const lookEveryMs = 5_000;

function isNewer(there: Pointer, known: Pointer): boolean {
  if (there.stamp.logId !== known.stamp.logId) return true;
  if (there.stamp.seq !== known.stamp.seq) return there.stamp.seq > known.stamp.seq;
  return there.fetchedAtMs > known.fetchedAtMs;
}

function isOlder({ stamp }: Pointer, than: Pointer): boolean {
  return stamp.logId === than.stamp.logId && stamp.seq < than.stamp.seq;
}

function sampleOf(db: Database, { kind, token, pattern }: PurgeTarget, limit: number): PointerName[] {
  const select = db.query<PointerName, [string, string, number]>(
    "SELECT origin AS originKey, version FROM pointer WHERE origin >= ? AND origin < ? LIMIT ?",
  );
  const between = (start: string, rows: number) => select.all(start, `${start}\u{10ffff}`, rows);
  if (kind === "tag") return sampleTagged(db, token, pattern.slice(token.length + 2), limit);
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
  prepareLines(db);
  addColumns(db);
  prepareTagged(db);
  prepareCounted(db);
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
