import { FreshetError } from "@freshet/core";
import { type AuditFilter, auditActions } from "../audit/audit.ts";
import { readNumber, readOneOf, readText } from "./read-query.ts";

/** Entries in one page. */
const pageSize = { fallback: 50, max: 500 };

export interface AuditPage extends AuditFilter {
  readonly limit: number;
  readonly before: number | null;
}

/**
 * `limit`, `before`, `action`, `outcome`, `key`, `address`, `job`, `from` and `to` of `GET /audit`.
 * @throws FreshetError `bad_query`
 */
export function readAuditQuery(query: Readonly<Record<string, string | undefined>>): AuditPage {
  return {
    limit: readNumber(query.limit, "limit", pageSize.max) ?? pageSize.fallback,
    before: readNumber(query.before, "before", Number.MAX_SAFE_INTEGER),
    action: readOneOf(query.action, "action", auditActions),
    outcome: readText(query.outcome, "outcome"),
    key: readText(query.key, "key"),
    address: readText(query.address, "address"),
    job: readText(query.job, "job"),
    from: readMoment(query.from, "from"),
    to: readMoment(query.to, "to"),
  };
}

/** @returns microseconds since 1970 */
function readMoment(raw: string | undefined, name: string): number | undefined {
  if (raw === undefined || raw === "") return undefined;
  const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/.test(raw)
    ? Date.parse(raw)
    : Number.NaN;
  if (!Number.isFinite(ms)) {
    throw new FreshetError(
      "bad_query",
      `${name} is a day or a time such as 2026-11-25 or 2026-11-25T14:00:00Z`,
    );
  }
  return ms * 1000;
}
