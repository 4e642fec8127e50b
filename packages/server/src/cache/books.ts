import type { Database } from "bun:sqlite";
import { openRebuildable, type Rebuildable } from "../open-rebuildable.ts";

/**
 * What is written down of a folder of files: which there are, and where their bytes came from. It is one SQLite file, so
 * that every process that works on the folder knows the same, and what belongs together changes in one step.
 *
 * - `original`, `variant`: see `lineage.ts`; with `file`, what `inventory.ts` counts
 * - `doomed`, `erasure`: see `erasures.ts`
 * - `file`, `content`, `store`: see `file-books.ts`
 * - `walked`: since which start of the machine the folder was compared with this; see `reconcile.ts`
 */
export type Books = Rebuildable;

/** Of the tables below; books of another one are begun anew, which empties the cache. */
const version = 4;

export function openBooks(file: string, report: (error: unknown) => void = console.error): Books {
  return openRebuildable(file, prepare, report);
}

function prepare(db: Database): void {
  const found = db.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version;
  if (found === version) return;
  const tables = ["original", "variant", "doomed", "erasure", "file", "content", "store", "walked"];
  for (const table of tables) db.run(`DROP TABLE IF EXISTS ${table}`);
  db.run(`CREATE TABLE original (origin TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (origin, content)) STRICT, WITHOUT ROWID`);
  db.run("CREATE INDEX original_by_content ON original (content)");
  db.run(`CREATE TABLE variant (content TEXT NOT NULL, variant TEXT NOT NULL, url TEXT NOT NULL,
    PRIMARY KEY (content, variant)) STRICT, WITHOUT ROWID`);
  db.run("CREATE INDEX variant_by_variant ON variant (variant)");
  db.run(`CREATE TABLE doomed (id INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, key TEXT NOT NULL,
    run TEXT NOT NULL, bytes INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0) STRICT`);
  db.run("CREATE INDEX doomed_and_there ON doomed (id) WHERE gone = 0");
  db.run(`CREATE TABLE erasure (log_id TEXT PRIMARY KEY, begun INTEGER NOT NULL,
    done INTEGER NOT NULL) STRICT, WITHOUT ROWID`);
  db.run(`CREATE TABLE file (store TEXT NOT NULL, key TEXT NOT NULL, bytes INTEGER NOT NULL, used_ms REAL NOT NULL,
    claim TEXT NOT NULL, whole INTEGER NOT NULL, PRIMARY KEY (store, key)) STRICT, WITHOUT ROWID`);
  db.run("CREATE INDEX file_by_use ON file (store, used_ms)");
  db.run("CREATE INDEX file_by_claim ON file (claim)");
  db.run(`CREATE TABLE content (store TEXT NOT NULL, key TEXT NOT NULL, file BLOB NOT NULL,
    PRIMARY KEY (store, key)) STRICT`);
  db.run("CREATE TABLE store (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID");
  db.run(`CREATE TRIGGER file_comes AFTER INSERT ON file BEGIN
    INSERT INTO store VALUES (new.store, new.bytes) ON CONFLICT DO UPDATE SET bytes = bytes + new.bytes; END`);
  db.run(`CREATE TRIGGER file_goes AFTER DELETE ON file BEGIN
    UPDATE store SET bytes = bytes - old.bytes WHERE name = old.store; END`);
  db.run("CREATE TABLE walked (boot TEXT PRIMARY KEY) STRICT, WITHOUT ROWID");
  db.run(`PRAGMA user_version = ${version}`);
}
