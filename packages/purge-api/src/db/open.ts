import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { migrations } from "./migrations.ts";
import * as schema from "./schema.ts";

export type Db = BetterSQLite3Database<typeof schema>;

export interface OpenDatabase {
  readonly db: Db;
  close(): void;
}

/**
 * Opens the database, creating or migrating it.
 *
 * `synchronous = FULL` makes a commit wait for the disk, since a job that was answered 201 must survive a power cut;
 * WAL lets readers go on meanwhile. One process owns the file (`locking_mode = EXCLUSIVE`): a second one on the same
 * folder must fail at start and not share a log that each keeps half of in memory.
 *
 * @throws Error if the file is from a newer version, in use by another process, or no database
 */
export function openDatabase(file: string): OpenDatabase {
  mkdirSync(dirname(file), { recursive: true });
  const sqlite = new Database(file);
  sqlite.pragma("locking_mode = EXCLUSIVE");
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  migrate(sqlite);
  return { db: drizzle(sqlite, { schema }), close: () => sqlite.close() };
}

function migrate(sqlite: Database.Database): void {
  const version = sqlite.pragma("user_version", { simple: true }) as number;
  if (version > migrations.length) {
    throw new Error(`the database is of version ${version}, this program knows up to ${migrations.length}`);
  }
  sqlite.transaction(() => {
    for (const step of migrations.slice(version)) sqlite.exec(step);
    sqlite.pragma(`user_version = ${migrations.length}`);
  })();
}
