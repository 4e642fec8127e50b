import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { getTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { openDatabase } from "./open.ts";
import * as schema from "./schema.ts";

const folder = temporaryFolder();
const { db, close } = openDatabase(join(folder.path, "purge.sqlite"));
afterAll(() => {
  close();
  folder.remove();
});

const tables = Object.entries(schema as Record<string, SQLiteTable>);

test("the migrations make exactly the tables that the schema names", () => {
  const made = db.all<{ name: string }>(
    sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
  );
  const named = tables.map(([, table]) => getTableConfig(table).name);
  expect(made.map(({ name }) => name).sort()).toEqual(named.sort());
});

test.each(tables)("the schema of %s agrees with the migrated database", (_, table) => {
  const { name, columns, indexes, primaryKeys } = getTableConfig(table);
  const inDatabase = db
    .all<{ name: string; type: string; notnull: number; pk: number }>(sql.raw(`PRAGMA table_info(${name})`))
    .map((column) => ({
      name: column.name,
      type: column.type.toLowerCase(),
      // SQLite says of a primary key that it may be null, although a STRICT table never lets it.
      notNull: column.notnull === 1 || column.pk > 0,
      primary: column.pk > 0,
    }));
  const inCode = columns.map((column) => ({
    name: column.name,
    type: column.getSQLType(),
    notNull: column.notNull,
    primary: column.primary || primaryKeys.some(({ columns }) => columns.includes(column)),
  }));
  expect(inDatabase).toEqual(inCode);
  const madeIndexes = db
    .all<{ name: string; origin: string }>(sql.raw(`PRAGMA index_list(${name})`))
    .filter(({ origin }) => origin === "c");
  expect(madeIndexes.map((index) => index.name).sort()).toEqual(
    indexes.map((index) => index.config.name).sort(),
  );
});
