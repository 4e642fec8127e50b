import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { openDatabase } from "../db/open.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { logSuite } from "./log.suite.ts";
import { originals } from "./originals.fixture.ts";
import { createSqliteLog } from "./sqlite.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;

logSuite("SQLite", async () => {
  files++;
  const file = join(folder.path, `${files}.sqlite`);
  let database = openDatabase(file);
  return {
    log: createSqliteLog(database.db),
    async reopen() {
      database.close();
      database = openDatabase(file);
      return createSqliteLog(database.db);
    },
  };
});

test("steps of a compaction need not wait for the disk, and whatever becomes of them, purges do again", async () => {
  const { db, close } = openDatabase(join(folder.path, "flushed.sqlite"));
  const log = createSqliteLog(db);
  const synchronous = () => db.get<{ synchronous: number }>(sql`PRAGMA synchronous`)?.synchronous;
  const full = 2;
  const job = await log.append("doc", originals(...Array(600).fill("h/x")), 1);
  await log.finish(job, "DONE", null, 2);
  const seen: unknown[] = [synchronous()];
  await log.compact(10, () => seen.push(synchronous()));
  expect(new Set(seen)).toEqual(new Set([full]));
  await log.finish(await log.append("doc", originals("h/x"), 3), "DONE", null, 4);
  db.run(sql`CREATE TRIGGER kept BEFORE DELETE ON purge_log BEGIN SELECT raise(ABORT, 'no'); END`);
  await expect(log.compact(10)).rejects.toThrow();
  expect(synchronous()).toBe(full);
  close();
});
