import { Database } from "bun:sqlite";
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openRebuildable } from "../open-rebuildable.ts";
import { writeBack } from "./write-back.ts";

const folder = mkdtempSync(join(tmpdir(), "freshet-write-back-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function openRows() {
  const file = join(folder, `${files++}.sqlite`);
  const prepare = (db: Database) => void db.run("CREATE TABLE IF NOT EXISTS row (text TEXT)");
  const opened = openRebuildable(file, prepare, console.error);
  const logBytes = () => statSync(`${file}-wal`).size;
  const add = (times: number) => {
    const insert = opened.db.query("INSERT INTO row VALUES (?)");
    opened.write(() => {
      for (let at = 0; at < times; at++) insert.run("x".repeat(8_000));
    });
  };
  /** What would be there if the log were lost. */
  const inFile = () => {
    copyFileSync(file, `${file}-copy`);
    const copy = new Database(`${file}-copy`);
    const rows = copy.query<{ count: number }, []>("SELECT count(*) AS count FROM row").get()?.count;
    copy.close();
    return rows;
  };
  return { file, opened, logBytes, add, inFile };
}

test("what was written stays in the log until it is written back", () => {
  const { file, opened, logBytes, add, inFile } = openRows();
  add(600);
  expect(logBytes()).toBeGreaterThan(4_096_000);
  expect(inFile).toThrow("no such table");
  writeBack(file);
  expect(inFile()).toBe(600);
  opened.close();
});

test("a log that has grown long begins anew, though others read and write", () => {
  const { file, opened, logBytes, add, inFile } = openRows();
  const reader = new Database(file);
  reader.query("SELECT count(*) FROM row").get();
  add(1_000);
  writeBack(file, 2 * logBytes());
  expect(logBytes()).toBeGreaterThan(8_000_000);
  add(1_000);
  writeBack(file, logBytes());
  expect(logBytes()).toBe(0);
  add(1);
  expect(opened.db.query("SELECT count(*) AS count FROM row").get()).toEqual({ count: 2_001 });
  expect(inFile()).toBe(2_000);
  reader.close();
  opened.close();
});

test("where there is no file there is nothing to do, and none is made", () => {
  const file = join(folder, "none.sqlite");
  writeBack(file);
  expect(() => statSync(file)).toThrow("ENOENT");
});
