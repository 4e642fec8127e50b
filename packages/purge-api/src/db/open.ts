import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { SettingsError } from "@freshet/core";
import Database, { SqliteError } from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrations } from "./migrations.ts";
import * as schema from "./schema.ts";

export type Db = BetterSQLite3Database<typeof schema>;

export interface OpenDatabase {
  readonly db: Db;
  /** Writes something that changes nothing. @throws Error if it cannot, as on a full disk */
  probe(): void;
  /** @throws Error if the file was deleted or replaced: what is written now would be gone with this process */
  checkFile(): void;
  close(): void;
}

/**
 * Opens the database, creating or migrating it.
 *
 * `synchronous = FULL` makes a commit wait for the disk, since a job that was answered 201 must survive a power cut;
 * WAL lets readers go on meanwhile. One process owns the file (`locking_mode = EXCLUSIVE`): a second one on the same
 * folder must fail at start and not share a log that each keeps half of in memory.
 *
 * @throws SettingsError if the file is from a newer version, in use by another process, or no database
 */
export function openDatabase(file: string): OpenDatabase {
  mkdirSync(dirname(file), { recursive: true });
  // No waiting for a lock: whoever has it keeps it as long as it lives.
  const sqlite = new Database(file, { timeout: 0 });
  try {
    sqlite.pragma("locking_mode = EXCLUSIVE");
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma("synchronous = FULL");
    migrate(sqlite, file);
  } catch (error) {
    sqlite.close();
    const reason = error instanceof SqliteError ? operatorReasons[error.code] : undefined;
    throw reason ? unusable(file, reason) : error;
  }
  const inode = () => (sqlite.memory ? 0 : statSync(file, { throwIfNoEntry: false })?.ino);
  const opened = inode();
  const checkFile = () => {
    if (inode() !== opened) throw new Error(`${file} was deleted or replaced under this process`);
  };
  return {
    db: drizzle(sqlite, { schema }),
    probe() {
      checkFile();
      sqlite.exec("UPDATE meta SET log_id = log_id");
    },
    checkFile,
    close: () => sqlite.close(),
  };
}

/** What an operator can do something about. */
const operatorReasons: Readonly<Record<string, string>> = {
  SQLITE_BUSY: "is in use by another process; each purge-api needs a folder of its own",
  SQLITE_NOTADB: "is not a database",
};

function unusable(file: string, reason: string): SettingsError {
  return new SettingsError([`FRESHET_DATA_DIR: ${file} ${reason}`]);
}

function migrate(sqlite: Database.Database, file: string): void {
  const version = sqlite.pragma("user_version", { simple: true }) as number;
  const known = migrations.length;
  if (version > known) throw unusable(file, `is of version ${version}; this program knows up to ${known}`);
  sqlite.transaction(() => {
    for (const step of migrations.slice(version)) sqlite.exec(step);
    sqlite.pragma(`user_version = ${known}`);
  })();
}
