import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "@freshet/core";
import Database from "better-sqlite3";
import { sql } from "drizzle-orm";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { migrations } from "./migrations.ts";
import { type Db, openDatabase } from "./open.ts";
import * as schema from "./schema.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;

function newFile(): string {
  files++;
  return join(folder.path, String(files), "purge.sqlite");
}

function pragma(db: Db, name: string): unknown {
  return Object.values(db.get(sql.raw(`PRAGMA ${name}`)) as object)[0];
}

test("a new file gets its folder and all migrations", () => {
  const file = newFile();
  const { db, close } = openDatabase(file);
  expect([existsSync(file), pragma(db, "user_version")]).toEqual([true, migrations.length]);
  close();
});

test("an answer that was given survives a power cut: WAL, and every commit waits for the disk", () => {
  const file = newFile();
  for (const _ of ["first", "second"]) {
    const { db, close } = openDatabase(file);
    const settings = ["journal_mode", "synchronous", "locking_mode"].map((name) => pragma(db, name));
    expect(settings).toEqual(["wal", 2, "exclusive"]);
    close();
  }
});

test("opening again migrates nothing and loses nothing", () => {
  const file = newFile();
  const first = openDatabase(file);
  first.db.insert(schema.meta).values({ id: 1, logId: "kept", witness: null }).run();
  first.close();
  const { db, close } = openDatabase(file);
  expect(db.select().from(schema.meta).all()).toEqual([{ id: 1, logId: "kept", witness: null }]);
  close();
});

test("a file that was deleted, or replaced, is found out", () => {
  const file = newFile();
  const { checkFile, probe, close } = openDatabase(file);
  checkFile();
  probe();
  rmSync(file);
  for (const look of [checkFile, probe]) expect(look).toThrow("was deleted or replaced");
  writeFileSync(file, "another");
  for (const look of [checkFile, probe]) expect(look).toThrow("was deleted or replaced");
  close();
});

test("a file of a newer version is refused and left as it is", () => {
  const file = newFile();
  const { db, close } = openDatabase(file);
  db.run(sql.raw(`PRAGMA user_version = ${migrations.length + 1}`));
  close();
  const sentence = `is of version ${migrations.length + 1}; this program knows up to ${migrations.length}`;
  expect(() => openDatabase(file)).toThrow(sentence);
  const raw = new Database(file);
  expect(raw.pragma("user_version", { simple: true })).toBe(migrations.length + 1);
  raw.close();
});

test("a migration that fails changes nothing", () => {
  const file = newFile();
  mkdirSync(join(file, ".."));
  const raw = new Database(file);
  raw.exec("CREATE TABLE holder (something TEXT)");
  raw.close();
  expect(() => openDatabase(file)).toThrow("holder already exists");
  const after = new Database(file);
  const names = after.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  expect([names, after.pragma("user_version", { simple: true })]).toEqual([["holder"], 0]);
  after.close();
});

test("a file that is no database is refused with a sentence", () => {
  const file = newFile();
  mkdirSync(join(file, ".."));
  writeFileSync(
    file,
    "something else altogether, and longer than the header of a database would be ".repeat(9),
  );
  expect(() => openDatabase(file)).toThrow(SettingsError);
  expect(() => openDatabase(file)).toThrow("purge.sqlite is not a database");
});

const inUse = "is in use by another process; each purge-api needs a folder of its own";

test("a second connection fails at once, even before the first has written anything", () => {
  const file = newFile();
  const first = openDatabase(file);
  first.close();
  const second = openDatabase(file); // nothing to migrate any more
  const startedMs = performance.now();
  expect(() => openDatabase(file)).toThrow(inUse);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  second.close();
});

test("a second process fails at once, and may have the file when the first has ended", () => {
  const file = newFile();
  const { close } = openDatabase(file);
  const script = `import { openDatabase } from ${JSON.stringify(`${import.meta.dir}/open.ts`)};
    try { openDatabase(process.argv[1]); console.log("opened"); } catch (error) { console.log(error.message); }`;
  const run = () =>
    Bun.spawnSync([process.execPath, "-e", script, file], { timeout: 4_000 }).stdout.toString();
  expect(run()).toContain(inUse);
  close();
  expect(run()).toBe("opened\n");
});

test("whether it can be written to is found out by writing", () => {
  const { db, probe, close } = openDatabase(newFile());
  probe();
  // As on a full disk: the file may not become larger.
  db.run(sql.raw("PRAGMA max_page_count = 1"));
  db.insert(schema.meta).values({ id: 1, logId: "kept", witness: null }).run();
  probe();
  db.run(sql.raw("PRAGMA query_only = 1"));
  expect(probe).toThrow();
  close();
});
