import { expect, test } from "bun:test";
import { join } from "node:path";
import { FreshetError } from "@freshet/core";
import type Database from "better-sqlite3";
import { sql } from "drizzle-orm";
import { originals } from "../log/originals.fixture.ts";
import { createSqliteLog } from "../log/sqlite.ts";
import { problemResponse } from "../problems.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openDatabase } from "./open.ts";
import { usePostgres } from "./postgres-databases.fixture.ts";
import { isStorageFull } from "./storage-full.ts";

const postgres = usePostgres();

test("a database file that may grow no more: nothing is accepted, and who asks is told when to come again", async () => {
  const folder = temporaryFolder();
  const { db, close } = openDatabase(join(folder.path, "purge.sqlite"));
  const log = createSqliteLog(db);
  const { $client } = db as unknown as { $client: Database.Database };
  $client.pragma(`max_page_count = ${$client.pragma("page_count", { simple: true })}`);
  const many = originals(...Array.from({ length: 1_000 }, (_, at) => `h/${at}`));
  const error = await log.append("doc", many, 1).catch((reason: unknown) => reason);
  expect([isStorageFull(error), log.head(), await log.read(0, 10)]).toEqual([true, 0, []]);
  const reported: unknown[] = [];
  const response = problemResponse(error, (each) => reported.push(each));
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "30"]);
  expect(await response.json()).toMatchObject({ code: "storage_full", status: "error" });
  expect(reported).toEqual([error]);
  $client.pragma("max_page_count = 1000000");
  expect((await log.append("doc", many, 1)).seqTo).toBe(1_000);
  close();
  folder.remove();
});

test("a full disk under PostgreSQL is told from whatever else fails there", async () => {
  const { db } = await postgres.open(await postgres.newDatabase());
  const fail = (code: string) =>
    db
      .execute(sql.raw(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`))
      .catch((reason: unknown) => reason);
  expect(isStorageFull(await fail("disk_full"))).toBe(true);
  expect(isStorageFull(await fail("out_of_memory"))).toBe(false);
});

test("other errors, and what is none, are something else", () => {
  const others = [new Error("x"), new FreshetError("overloaded", "x"), null, "SQLITE_FULL", 5];
  expect(others.filter(isStorageFull)).toEqual([]);
});
