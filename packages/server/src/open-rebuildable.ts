import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** An SQLite file of what can be found out again; several processes may have it open. */
export interface Rebuildable {
  /** Not to be kept: after {@link Rebuildable.check} it may be another one. */
  readonly db: Database;
  /** Does all of it or nothing, and nobody else writes meanwhile. May be nested. */
  write<T>(work: () => T): T;
  /** Begins the file anew if it is not where it was: somebody may have deleted the folder. To be called now and then. */
  check(): void;
  close(): void;
}

/**
 * Others hold the file for some 50 µs at a time, 5 ms if a folder is walked through. Waiting stops everything else, so it
 * is not for long: who cannot write goes on without.
 */
const busyMs = 250;
const busyAtStartMs = 10_000;

/**
 * Pages in a file's log from which on who commits brings them into the file itself, and waits for the disk meanwhile. It is
 * for when who does that each second (`processes/write-back.ts`) hangs.
 */
export const ownWriteBackPages = 65_536;

/**
 * Opens such a file. One that cannot be read is begun anew; one that is only in use is not.
 *
 * @param prepare makes the tables where they are missing
 * @param report told why a file was begun anew
 * @throws Error if a new file cannot be made either
 */
export function openRebuildable(
  file: string,
  prepare: (db: Database) => void,
  report: (error: unknown) => void,
): Rebuildable {
  let opened = openOrBegin();
  return {
    get db() {
      return opened.db;
    },
    write: (work) => (opened.db.inTransaction ? work() : opened.db.transaction(work).immediate()),
    check() {
      if (file === ":memory:" || inodeOf(file) === opened.inode) return;
      report(new Error(`${file} was taken away, and is begun anew`));
      opened.db.close();
      opened = openOrBegin();
    },
    close: () => opened.db.close(),
  };

  function openOrBegin() {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    try {
      return open(file, prepare);
    } catch (error) {
      if (!isBroken(error)) throw error;
      report(error);
      for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
      return open(file, prepare);
    }
  }
}

function open(file: string, prepare: (db: Database) => void) {
  const db = new Database(file, { create: true, strict: true });
  try {
    // At a start others may hold it for longer: one of them makes the tables.
    db.run(`PRAGMA busy_timeout = ${busyAtStartMs}`);
    beginWal(db);
    // Rows may be lost with the power; the file stays whole, which it would not with OFF.
    db.run("PRAGMA synchronous = NORMAL");
    db.run(`PRAGMA wal_autocheckpoint = ${ownWriteBackPages}`);
    db.transaction(() => prepare(db)).immediate();
    db.run(`PRAGMA busy_timeout = ${busyMs}`);
  } catch (error) {
    db.close();
    throw error;
  }
  return { db, inode: inodeOf(file) };
}

/**
 * Of those that make a new file at the same time, SQLite lets none wait for the other here, and tells one at once that it
 * is busy: each could have what the other needs.
 */
function beginWal(db: Database): void {
  const endMs = performance.now() + busyAtStartMs;
  for (;;) {
    try {
      db.run("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (isBroken(error) || performance.now() > endMs) throw error;
      Bun.sleepSync(1 + Math.random() * 5);
    }
  }
}

function inodeOf(file: string): number {
  return existsSync(file) ? statSync(file).ino : 0;
}

/** To begin anew under the hands of who is using it would lose what they write. */
function isBroken(error: unknown): boolean {
  const { code } = error as { code?: string };
  return !["SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_READONLY"].some((kind) =>
    code?.startsWith(kind),
  );
}
