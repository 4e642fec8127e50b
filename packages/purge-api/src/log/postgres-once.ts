import { getTableColumns, sql } from "drizzle-orm";
import { gather } from "../db/gather.ts";
import type { PostgresDb } from "../db/postgres-open.ts";
import { fromDriver, prepareStatement, readRows, rowsText } from "../db/postgres-rows.ts";
import { onceKeys } from "../db/postgres-schema.ts";
import { inGroups } from "./in-groups.ts";
import type { PurgeLog } from "./log.ts";

interface Wanted {
  readonly token: string;
  readonly key: string;
  /** Microseconds since 1970: it must hold longer. */
  readonly until: number;
}

const names = ["token", "key", "until"] as const;
const columns = getTableColumns(onceKeys);
const idOf = ({ token, key }: Pick<Wanted, "token" | "key">) => `${token}\n${key}`;

/** What keys stand for; those that are asked for at the same time are looked for together. */
export function createFindOnce(db: PostgresDb): PurgeLog["findOnce"] {
  const findAll = prepareStatement<Record<string, unknown>>(
    db,
    sql`SELECT known.* FROM ${readRows(onceKeys, names, sql.placeholder("wanted"))}
      JOIN ${onceKeys} AS known ON known.token = rows.token AND known.key = rows.key AND known.until > rows.until`,
  );
  const find = inGroups(async (group: readonly Wanted[]) => {
    const found = await findAll({ wanted: rowsText(onceKeys, names, group) });
    const rows = found.map((row) => fromDriver<typeof onceKeys.$inferSelect>(columns, row));
    const byId = new Map(rows.map((row) => [idOf(row), row]));
    return group.map((wanted) => {
      const row = byId.get(idOf(wanted));
      // It may have been found for somebody who asked a little earlier.
      return row && row.until > wanted.until ? { bodyHash: row.bodyHash, uuid: row.job } : null;
    });
  }, gather);
  return (token, key, now) => find({ work: { token, key, until: now }, rows: 1 });
}
