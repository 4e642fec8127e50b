import { randomUUID } from "node:crypto";
import { existsSync, rmSync, unlinkSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Books } from "./books.ts";

/**
 * What is written down of the files of one store. A file and its line come and go in this order, so that whatever
 * process dies wherever, no file is there without a line, and a line that goes takes its file along for good:
 *
 * - to put: make an empty file named for a claim of one's own; in one step, write down the line with the claim (which
 *   counts its bytes) and make room for them; then write into the file, and rename it to its own name;
 * - to remove, in one step: delete the file named for the claim, then the one with the file's name, then the line.
 *
 * So whoever is removed in the middle of putting finds nothing to write into, or nothing to rename.
 */
export interface FileBooks {
  /** @returns false if it is there already, or is being written */
  wants(key: string, nowMs: number): boolean;
  /** Makes an empty file to write to. Making files takes some disks a millisecond: nobody waits for it. */
  open(): Promise<Claim>;
  /** @returns false if it is there already, is being written, or may not be kept: then the claim's file is gone */
  claim(key: string, claim: Claim, bytes: number, usedMs: number): boolean;
  /** It has its name now. */
  finish(key: string, claim: Claim): void;
  /** It could not be written. */
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
  /** Where to write: the file is there, or was removed since. */
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

export function createFileBooks(options: FileBooksOptions): FileBooks {
  const { books, store, folder, maxBytes, named, forgets } = options;
  const query = <Row, Args extends (string | number)[]>(sql: string) => books.db.query<Row, Args>(sql);
  const mayPut = named ? nameTests[store] : "TRUE";
  const run = randomUUID();
  let claims = 0;

  const lineOf = (key: string) =>
    query<Line, [string, string]>("SELECT * FROM file WHERE store = ? AND key = ?").get(store, key);
  const size = () =>
    query<{ bytes: number }, [string]>("SELECT bytes FROM store WHERE name = ?").get(store)?.bytes ?? 0;

  function strike({ key, claim, bytes }: Line): number {
    unlink(temporaryPath(folder, claim));
    unlink(pathOf(folder, key));
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

  return {
    wants: (key, nowMs) => isFree(lineOf(key), nowMs),
    async open() {
      const id = `${run}-${claims++}`;
      const path = temporaryPath(folder, id);
      await makeEmpty(path);
      return { id, path };
    },
    claim(key, { id, path }, bytes, usedMs) {
      const isClaimed = books.write(() => {
        const line = lineOf(key);
        if (!isFree(line, usedMs)) return false;
        if (line) strike(line);
        const insert = query(`INSERT INTO file SELECT ?1, ?2, ?3, ?4, ?5, 0 WHERE ${mayPut}`);
        if (insert.run(store, key, bytes, usedMs, id).changes === 0) return false;
        while (!makeRoom(key));
        return true;
      });
      if (!isClaimed) unlink(path);
      return isClaimed;
    },
    finish: (key, { id }) =>
      void query("UPDATE file SET whole = 1 WHERE store = ? AND key = ? AND claim = ?").run(store, key, id),
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
        if (line && isLost(line) && !existsSync(pathOf(folder, key))) strike(line);
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

export function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key.slice(2, 4), key);
}

export function temporaryPath(folder: string, claim: string): string {
  return join(folder, `.${claim}.tmp`);
}

async function makeEmpty(path: string): Promise<void> {
  try {
    await writeFile(path, "", { flag: "wx" });
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw error;
    // Somebody took the folder away.
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "", { flag: "wx" });
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
