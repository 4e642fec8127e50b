import { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { join } from "node:path";

/** Writes to a server's SQLite files as a process of it would that does no more than that, and waits until that is in them. */
export async function untilWrittenBack(dataDir: string): Promise<void> {
  for (const name of ["books.sqlite", "pointers.sqlite"]) {
    const file = join(dataDir, name);
    const db = new Database(file);
    db.run("PRAGMA wal_autocheckpoint = 0");
    db.run("CREATE TABLE test_only (text TEXT)");
    const insert = db.query("INSERT INTO test_only VALUES (?)");
    db.transaction(() => {
      for (let row = 0; row < 600; row++) insert.run("x".repeat(8_000));
    })();
    while (statSync(file).size < 4_800_000) await Bun.sleep(20);
    db.close();
  }
}
