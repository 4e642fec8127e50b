import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/**
 * The number of the newest row that was ever committed, in a file beside the database. A database that has fewer rows
 * has lost some, as when its write-ahead log was cut short.
 *
 * It is not flushed, since each commit would wait for the disk twice: a power cut may leave an older number, which says
 * less and nothing wrong. A process that is killed leaves what it wrote.
 */
export interface HighWater {
  /** As of when it was opened; 0 if there was none. */
  readonly found: number;
  /** After a commit, before anybody hears of it; lower than before only once the loss has been dealt with. */
  note(head: number): void;
  close(): void;
}

const digits = 16;

export function openHighWater(file: string): HighWater {
  const found = read(file);
  // Written over, not anew: that needs no room on the disk.
  let descriptor: number | null = openSync(file, found === null ? "w" : "r+");
  return {
    found: found ?? 0,
    note(head) {
      if (descriptor === null) return;
      try {
        writeSync(descriptor, String(head).padStart(digits, "0"), 0);
      } catch {
        // The commit holds nevertheless.
      }
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

/** @returns `null` if there is no such file, or none that was written by this */
function read(file: string): number | null {
  try {
    const text = readFileSync(file, "utf8");
    return /^\d{16}$/.test(text) ? Number(text) : null;
  } catch {
    return null;
  }
}
