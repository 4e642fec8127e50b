import {
  fillPlaceholders,
  getTableColumns,
  getTableName,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import { type PgColumn, PgDialect, type PgTable } from "drizzle-orm/pg-core";
import type { PostgresDb } from "./postgres-open.ts";

type Named<T extends PgTable> = keyof T["$inferInsert"] & string;
type Row<T extends PgTable, N extends Named<T>> = { readonly [K in N]: T["$inferInsert"][K] };

/**
 * A statement that is run often. It is put together once, since that takes as long as to run it.
 * @param query whose values are placeholders
 * @returns runs it, and gives the rows as the server does
 */
export function prepareStatement<R>(
  db: Pick<PostgresDb, "$client">,
  query: SQL,
): (values?: Record<string, unknown>) => Promise<R[]> {
  const { sql: text, params } = new PgDialect().sqlToQuery(query);
  return async (values = {}) => await db.$client.unsafe(text, fillPlaceholders(params, values));
}

/**
 * Rows as the one parameter that {@link readRows} reads.
 * @param names members of the table, which every row has
 */
export function rowsText<T extends PgTable, N extends Named<T>>(
  table: T,
  names: readonly N[],
  rows: readonly Row<T, N>[],
): string {
  const columns = names.map((name) => [name, columnOf(table, name)] as const);
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(columns.map(([name, column]) => [column.name, drive(column, row[name])])),
    ),
  );
}

/**
 * Rows to read from in a statement, as `rows`: one parameter however many there are, so that the statement is the same
 * for any number of them, and is planned once.
 *
 * @param text see {@link rowsText}
 */
export function readRows<T extends PgTable>(
  table: T,
  names: readonly Named<T>[],
  text: string | Placeholder,
): SQL {
  const types = names.map((name) => {
    const column = columnOf(table, name);
    return sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`;
  });
  // As a text: Bun would write a JSON parameter out once more.
  return sql`json_to_recordset(${text}::text::json) AS rows(${sql.join(types, sql`, `)})`;
}

/**
 * `INSERT INTO table … SELECT … FROM rows`, to go on with.
 * @param text see {@link rowsText}
 * @param computed columns with what is put into each, instead of what stands in the row, if it does
 */
export function insertRows<T extends PgTable>(
  table: T,
  names: readonly Named<T>[],
  text: string | Placeholder,
  computed: { readonly [name: string]: SQL } = {},
): SQL {
  const identifier = (name: Named<T>) => sql.identifier(columnOf(table, name).name);
  const all = [...new Set([...names, ...(Object.keys(computed) as Named<T>[])])];
  const into = all.map(identifier);
  const from = all.map((name) => computed[name] ?? sql`rows.${identifier(name)}`);
  return sql`INSERT INTO ${sql.identifier(getTableName(table))} (${sql.join(into, sql`, `)})
    SELECT ${sql.join(from, sql`, `)} FROM ${readRows(table, names, text)}`;
}

function columnOf<T extends PgTable>(table: T, name: Named<T>): PgColumn {
  return getTableColumns(table)[name] as PgColumn;
}

/** Half of a pair of surrogates is no text to PostgreSQL; as a parameter of its own it would become what it does here. */
function drive(column: PgColumn, value: unknown): unknown {
  if (value === null) return null;
  const driven = column.mapToDriverValue(value);
  return typeof driven === "string" ? driven.toWellFormed() : driven;
}

/** A row as the server gave it. */
export function fromDriver<R>(columns: Readonly<Record<string, PgColumn>>, row: Record<string, unknown>): R {
  const read = ([name, column]: [string, PgColumn]) => {
    const value = row[column.name];
    return [name, value === null ? null : column.mapFromDriverValue(value)];
  };
  return Object.fromEntries(Object.entries(columns).map(read)) as R;
}
