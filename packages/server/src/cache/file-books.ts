import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Books } from "./books.ts";

/**
 * What is written down of the files of one store. A file and its line come and go in this order, so that whatever
 * process dies wherever, no file is there without a line, and a line that goes takes its file along for good:
 *
 * - to put: in one step, write down the line with a claim of one's own (which counts its bytes) and make room for them;
 *   then make a file named for the claim, of all bytes at once, and rename it to its own name;
 * - to remove, in one step: delete the file named for the claim, or put something in its way; then delete the one with the
 *   file's name, then the line.
 *
 * So whoever is removed in the middle of putting cannot make the file any more, or finds nothing to rename.
 *
 * Small files are kept in the books themselves, and come and go with their lines: to make a file takes a disk longer than
 * to write some pages.
 */
export interface FileBooks {
  /** @returns `null` if it is there already, is being written, or may not be kept */
  claim(key: string, bytes: number, usedMs: number): Claim | null;
  /** Keeps a small file in the books; nothing is done if it is there already, is being written, or may not be kept. */
  keep(key: string, file: Uint8Array, usedMs: number): void;
  /** @returns what is kept in the books, or whether there is, or will be, a file: without a line there is none */
  look(key: string): Uint8Array | "file" | null;
  /** It has its name now. */
  finish(key: string, claim: Claim): void;
  /** It could not be written, or was removed meanwhile. */
  giveUp(key: string, claim: Claim): void;
  /** Takes a file away, and what is being written for it. @returns its bytes; 0 if it was not there */
  remove(key: string): number;
  /** There is no such file: then there should be no line, unless somebody is writing it. */
  missing(key: string, nowMs: number): void;
  /** @param uses when keys were used, ms since 1970 */
  used(uses: Iterable<readonly [key: string, usedMs: number]>): void;
  /** Removes what was not used for longest, a few at a time. @returns whether there is room now */
  makeRoom(): boolean;
  readonly size: number;
}

export interface Claim {
  readonly id: string;
  /** Where to make the file: only if nothing is there, or else it was removed meanwhile. */
  readonly path: string;
}

export interface FileBooksOptions {
  readonly books: Books;
  readonly store: "originals" | "variants";
  readonly folder: string;
  readonly maxBytes: number;
  /** Only what the lineage names may be put. */
  readonly named: boolean;
  /** Names of what is dropped to make room are struck out; not if it is elsewhere, too, and has to be found there. */
  readonly forgets: boolean;
}

/** Whoever has not written a file by then is gone. */
const staleMs = 60_000;
/** Files that are removed in one step. */
const removedAtOnce = 100;

const nameTests = {
  originals: "EXISTS (SELECT 1 FROM original WHERE content = ?2)",
  variants: "EXISTS (SELECT 1 FROM variant WHERE variant = ?2)",
};

interface Line {
  readonly key: string;
  readonly bytes: number;
  readonly used_ms: number;
  readonly claim: string;
  readonly whole: number;
}

/** Whoever began to write it has had the time. */
function isFree(line: Line | null, nowMs: number): boolean {
  return line === null || (!line.whole && nowMs - line.used_ms >= staleMs);
}

/** What every step is made of; each is done within a write of the books. */
function createFileLines({ books, store, folder, maxBytes, named, forgets }: FileBooksOptions) {
  const query = <Row, Args extends (string | number | Uint8Array)[]>(sql: string) =>
    books.db.query<Row, Args>(sql);
  const mayPut = named ? nameTests[store] : "TRUE";
  const lineOf = (key: string) =>
    query<Line, [string, string]>("SELECT * FROM file WHERE store = ? AND key = ?").get(store, key);
  const size = () =>
    query<{ bytes: number }, [string]>("SELECT bytes FROM store WHERE name = ?").get(store)?.bytes ?? 0;

  function strike({ key, claim, bytes, whole }: Line): number {
    if (!whole) block(claimPath(folder, key, claim));
    const isInBooks = query("DELETE FROM content WHERE store = ? AND key = ?").run(store, key).changes > 0;
    if (!isInBooks) unlink(pathOf(folder, key));
    query("DELETE FROM file WHERE store = ? AND key = ?").run(store, key);
    return bytes;
  }

  function makeRoom(but: string): boolean {
    const oldest = query<Line, [string, string]>(
      "SELECT * FROM file WHERE store = ? AND key <> ? ORDER BY used_ms LIMIT 1",
    );
    for (let removed = 0; removed < removedAtOnce; removed++) {
      const line = size() > maxBytes ? oldest.get(store, but) : null;
      if (!line) return true;
      strike(line);
      if (forgets && store === "variants") query("DELETE FROM variant WHERE variant = ?").run(line.key);
    }
    return false;
  }

  /** @returns whether there is a line now that was not there, and room for its bytes */
  function begin(key: string, bytes: number, usedMs: number, claim: string): boolean {
    const line = lineOf(key);
    if (!isFree(line, usedMs)) return false;
    if (line) strike(line);
    const insert = query(`INSERT INTO file SELECT ?1, ?2, ?3, ?4, ?5, 0 WHERE ${mayPut}`);
    if (insert.run(store, key, bytes, usedMs, claim).changes === 0) return false;
    while (!makeRoom(key));
    return true;
  }

  function look(key: string): Uint8Array | "file" | null {
    const select = query<{ content: Uint8Array | null }, [string, string]>(
      `SELECT content.file AS content FROM file LEFT JOIN content USING (store, key)
        WHERE file.store = ? AND file.key = ?`,
    );
    const found = select.get(store, key);
    return found && (found.content ?? "file");
  }

  return { query, lineOf, size, strike, makeRoom, begin, look };
}

export function createFileBooks(options: FileBooksOptions): FileBooks {
  const { books, store, folder, maxBytes } = options;
  const { query, lineOf, size, strike, makeRoom, begin, look } = createFileLines(options);
  const run = randomUUID();
  let claims = 0;

  return {
    claim(key, bytes, usedMs) {
      if (!isFree(lineOf(key), usedMs)) return null;
      const id = `${run}-${claims++}`;
      return books.write(() => begin(key, bytes, usedMs, id))
        ? { id, path: claimPath(folder, key, id) }
        : null;
    },
    keep(key, file, usedMs) {
      if (!isFree(lineOf(key), usedMs)) return;
      books.write(() => {
        if (!begin(key, file.byteLength, usedMs, "")) return;
        query("UPDATE file SET whole = 1 WHERE store = ? AND key = ?").run(store, key);
        query("INSERT INTO content VALUES (?, ?, ?)").run(store, key, file);
      });
    },
    look,
    finish(key, { id, path }) {
      const update = query("UPDATE file SET whole = 1 WHERE store = ? AND key = ? AND claim = ?");
      // Removed since it got its name: then something may be in the way of a file that is not made any more.
      if (update.run(store, key, id).changes === 0) unlink(path);
    },
    giveUp(key, { id, path }) {
      unlink(path);
      books.write(() => {
        const line = lineOf(key);
        if (line?.claim === id) strike(line);
      });
    },
    remove: (key) =>
      books.write(() => {
        const line = lineOf(key);
        return line ? strike(line) : 0;
      }),
    missing(key, nowMs) {
      const isLost = (line: Line | null) => line !== null && (line.whole !== 0 || isFree(line, nowMs));
      if (!isLost(lineOf(key))) return;
      books.write(() => {
        const line = lineOf(key);
        if (line && isLost(line) && look(key) === "file" && !existsSync(pathOf(folder, key))) strike(line);
      });
    },
    used: (uses) =>
      books.write(() => {
        const update = query("UPDATE file SET used_ms = ?1 WHERE store = ?2 AND key = ?3 AND used_ms < ?1");
        for (const [key, usedMs] of uses) update.run(usedMs, store, key);
      }),
    makeRoom: () => size() <= maxBytes || books.write(() => makeRoom("")),
    get size() {
      return size();
    },
  };
}

/**
 * 16 folders: disks take many files in one, and the more folders files are spread over, the longer it takes to make one
 * (docs/measurements.md).
 */
export function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 1), key);
}

/** In the folder of the file that it becomes. */
export function claimPath(folder: string, key: string, claim: string): string {
  return join(folder, key.slice(0, 1), `.${claim}.tmp`);
}

/** Takes away what was made of a claim, or sees to it that nothing will be. Who made the claim clears up. */
function block(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") putInTheWay(path);
    else unlink(path);
  }
}

function putInTheWay(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch {
    // It was made just now, or nothing can be made here at all.
    unlink(path);
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return;
    // Somebody put a folder where a file should be.
    if (code === "EISDIR" || code === "EPERM") rmSync(path, { force: true, recursive: true });
    else throw error;
  }
}
