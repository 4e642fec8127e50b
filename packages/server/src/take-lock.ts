import { Database } from "bun:sqlite";

export interface Lock {
  release(): void;
}

/**
 * Takes a lock that one process of this machine at a time may have, and that is free again when it has died, however it
 * did. It is SQLite's lock on a file, since Bun has none of its own.
 *
 * @returns `null` if somebody has it
 */
export function takeLock(file: string): Lock | null {
  const db = new Database(file, { create: true });
  try {
    db.run("PRAGMA busy_timeout = 0");
    db.run("BEGIN EXCLUSIVE");
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === "SQLITE_BUSY") return null;
    throw error;
  }
}
