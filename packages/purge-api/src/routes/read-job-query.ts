import type { JobFilter } from "../log/log.ts";
import { readNumber, readOneOf, readText } from "./read-query.ts";

/** Jobs in one page of the list. */
const pageSize = { fallback: 20, max: 100 };

const statuses = ["running", "DONE", "ERROR"] as const;
const scopes = ["original", "urls", "all", "tag"] as const;

export interface JobQuery {
  readonly limit: number;
  /** Only jobs older than the one with this number. */
  readonly before: number | null;
  readonly filter: JobFilter;
}

/**
 * `limit`, `before`, `status`, `scope` and `text` of `GET /invalidate`.
 * @throws FreshetError `bad_query`
 */
export function readJobQuery(query: Readonly<Record<string, string | undefined>>): JobQuery {
  return {
    limit: readNumber(query.limit, "limit", pageSize.max) ?? pageSize.fallback,
    before: readNumber(query.before, "before", Number.MAX_SAFE_INTEGER),
    filter: {
      status: readOneOf(query.status, "status", statuses),
      scope: readOneOf(query.scope, "scope", scopes),
      text: readText(query.text, "text"),
    },
  };
}
