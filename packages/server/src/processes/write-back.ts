import { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { ownWriteBackPages } from "../open-rebuildable.ts";

const pageBytes = 4_096;
/** As much as a process lets a log grow that has nobody to do this for it. */
const soonBytes = ownWriteBackPages.alone * pageBytes;
/** Below what processes do without this, and so much that who writes seldom has to wait for the last of it. */
const usualBytes = (ownWriteBackPages.supervised * pageBytes) / 2;
const busyMs = 250;

/**
 * Brings what was written to an SQLite file from its log into the file, so that the processes that answer requests need
 * not: it waits for the disk twice, some 20 ms each time on a busy one, and stops everything else in the process.
 *
 * Others write meanwhile, so there may always be something left, and the log goes on growing; from `longBytes` on they
 * wait until the last of it is in the file, and the log begins anew.
 *
 * @throws Error if the file cannot be read, or somebody holds it for long: it can be tried again
 */
export function writeBack(file: string, longBytes = usualBytes): void {
  if (logBytesOf(file) < soonBytes) return;
  const db = new Database(file, { readwrite: true, create: false });
  try {
    db.run(`PRAGMA busy_timeout = ${busyMs}`);
    db.run("PRAGMA wal_checkpoint(PASSIVE)");
    if (logBytesOf(file) < longBytes) return;
    // What came meanwhile, so that little is left to wait for.
    db.run("PRAGMA wal_checkpoint(PASSIVE)");
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}

function logBytesOf(file: string): number {
  return existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0;
}
