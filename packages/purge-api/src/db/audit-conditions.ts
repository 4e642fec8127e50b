import { type AnyColumn, and, eq, gte, lt, type SQL } from "drizzle-orm";
import type { AuditQuery } from "../audit/audit.ts";

type Columns = Readonly<Record<"number" | "at" | "token" | "action" | "key" | "address" | "job", AnyColumn>>;

/** What a query asks of the table, in either database. @param outcome of an entry, or else of its job */
export function auditConditions(columns: Columns, outcome: SQL, query: AuditQuery): SQL | undefined {
  const { token, before, from, to } = query;
  const named = (["action", "key", "address", "job"] as const).map((name) =>
    query[name] === undefined ? undefined : eq(columns[name], query[name]),
  );
  return and(
    token === null ? undefined : eq(columns.token, token),
    before === null ? undefined : lt(columns.number, before),
    from === undefined ? undefined : gte(columns.at, from),
    to === undefined ? undefined : lt(columns.at, to),
    query.outcome === undefined ? undefined : eq(outcome, query.outcome),
    ...named,
  );
}
