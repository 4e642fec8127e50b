import { Database } from "bun:sqlite";
import { existsSync, statSync } from "node:fs";
import { dataFiles } from "../data-files.ts";
import { ownWriteBackPages } from "../open-rebuildable.ts";
import { reportRarely } from "../report-rarely.ts";

const pageBytes = 4_096;
/** Less is not worth the waiting: SQLite itself would begin here. */
const soonBytes = 1_000 * pageBytes;
/** Below what processes do without this, and so much that who writes seldom has to wait for the last of it. */
const usualBytes = (ownWriteBackPages * pageBytes) / 2;
const busyMs = 250;
const everyMs = 1_000;

/** Does {@link writeBack} for all files of a data folder, each second. */
export function keepWrittenBack(dataDir: string, report: (error: unknown) => void): void {
  const reportDisk = reportRarely(report, () => performance.now());
  setInterval(() => {
    for (const file of Object.values(dataFiles(dataDir))) {
      try {
        writeBack(file);
      } catch (error) {
        reportDisk(error);
      }
    }
  }, everyMs);
}

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
