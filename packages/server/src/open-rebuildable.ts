import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";

/**
 * Opens an SQLite file of what can be found out again. One that cannot be read is begun anew.
 *
 * @param prepare makes the tables where they are missing
 * @param report told why a file was begun anew
 * @throws Error if a new file cannot be made either
 */
export function openRebuildable(
  file: string,
  prepare: (db: Database) => void,
  report: (error: unknown) => void,
): Database {
  try {
    return open(file, prepare);
  } catch (error) {
    report(error);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    return open(file, prepare);
  }
}

function open(file: string, prepare: (db: Database) => void): Database {
  const db = new Database(file, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  // Rows may be lost with the power; the file stays whole, which it would not with OFF.
  db.run("PRAGMA synchronous = NORMAL");
  prepare(db);
  return db;
}
