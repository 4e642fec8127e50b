import { getTableColumns, getTableName, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";

type Named<T extends PgTable> = keyof T["$inferInsert"] & string;
type Row<T extends PgTable, N extends Named<T>> = { readonly [K in N]: T["$inferInsert"][K] };

/**
 * Rows to read from in a statement, as `rows`: one parameter however many there are, so that the statement is the same
 * for any number of them, and is prepared once.
 *
 * @param names members of the table, which every row has
 */
export function readRows<T extends PgTable, N extends Named<T>>(
  table: T,
  names: readonly N[],
  rows: readonly Row<T, N>[],
): SQL {
  const columns = names.map((name) => [name, columnOf(table, name)] as const);
  const driven = rows.map((row) =>
    Object.fromEntries(columns.map(([name, column]) => [column.name, drive(column, row[name])])),
  );
  const types = columns.map(
    ([, column]) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`,
  );
  // As a text: Bun would write a JSON parameter out once more.
  return sql`json_to_recordset(${JSON.stringify(driven)}::text::json) AS rows(${sql.join(types, sql`, `)})`;
}

/**
 * `INSERT INTO table … SELECT … FROM rows`, to go on with.
 * @param same columns that have the same value in each
 */
export function insertRows<T extends PgTable, N extends Named<T>>(
  table: T,
  names: readonly N[],
  rows: readonly Row<T, N>[],
  same: { readonly [name: string]: SQL } = {},
): SQL {
  const identifier = (name: Named<T>) => sql.identifier(columnOf(table, name).name);
  const others = Object.keys(same) as Named<T>[];
  const into = [...names, ...others].map(identifier);
  const from = [...names.map(identifier), ...others.map((name) => same[name])];
  return sql`INSERT INTO ${sql.identifier(getTableName(table))} (${sql.join(into, sql`, `)})
    SELECT ${sql.join(from, sql`, `)} FROM ${readRows(table, names, rows)}`;
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
