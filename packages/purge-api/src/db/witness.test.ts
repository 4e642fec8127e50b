import { afterEach, beforeEach, expect, test } from "bun:test";
import { copyFileSync, cpSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createSqliteLog } from "../log/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openDatabase } from "./open.ts";
import { openWitness, type Witness } from "./witness.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** One run of the service on a folder. */
function run(name: string, act: (witness: Witness) => void = () => {}): boolean {
  const { db, close } = openDatabase(join(folder.path, name, "purge.sqlite"));
  createSqliteLog(db);
  const witness = openWitness(db, join(folder.path, name, "purge.witness"));
  act(witness);
  close();
  return witness.isContinued;
}

const renew = (witness: Witness) => witness.renew();
const at = (...path: string[]) => join(folder.path, ...path);

test("a new database is no continuation, nor is one on which nothing was renewed", () => {
  expect([run("live"), run("live")]).toEqual([false, false]);
});

test("what this folder held last is continued", () => {
  run("live", renew);
  expect([run("live"), run("live", renew), run("live")]).toEqual([true, true, true]);
});

test("after it was revoked it is not continued", () => {
  run("live", renew);
  run("live", (witness) => witness.revoke());
  expect(run("live")).toBe(false);
});

test("a copy of the folder is not continued, wherever it is", () => {
  run("live", renew);
  cpSync(at("live"), at("backup"), { recursive: true, preserveTimestamps: true });
  expect(run("backup")).toBe(false);
  rmSync(at("live"), { recursive: true });
  renameSync(at("backup"), at("live"));
  expect(run("live")).toBe(false);
});

test("an older copy of the files written over them is not continued", () => {
  run("live", renew);
  cpSync(at("live"), at("backup"), { recursive: true });
  run("live", renew);
  for (const file of ["purge.sqlite", "purge.witness"]) copyFileSync(at("backup", file), at("live", file));
  expect(run("live")).toBe(false);
});

test("an older copy of the database alone is not continued if it was renewed since, and is if not", () => {
  run("live", renew);
  cpSync(at("live"), at("backup"), { recursive: true });
  copyFileSync(at("backup", "purge.sqlite"), at("live", "purge.sqlite"));
  expect(run("live")).toBe(true);
  run("live", renew);
  copyFileSync(at("backup", "purge.sqlite"), at("live", "purge.sqlite"));
  expect(run("live")).toBe(false);
});
