import { FreshetError } from "@freshet/core";
import type { JobFilter } from "../log/log.ts";

/** Jobs in one page of the list. */
const pageSize = { fallback: 20, max: 100 };

/** Characters of a text to look for: longer than any path that is worth typing. */
const maxTextChars = 500;

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
      text: readText(query.text),
    },
  };
}

function readNumber(raw: string | undefined, name: string, max: number): number | null {
  if (raw === undefined) return null;
  const value = Number(raw);
  if (!/^\d+$/.test(raw) || value < 1 || value > max) {
    throw new FreshetError("bad_query", `${name} is a whole number from 1 to ${max}`);
  }
  return value;
}

function readOneOf<T extends string>(
  raw: string | undefined,
  name: string,
  choices: readonly T[],
): T | undefined {
  if (raw === undefined) return undefined;
  const choice = choices.find((each) => each === raw);
  if (choice === undefined) throw new FreshetError("bad_query", `${name} is one of ${choices.join(", ")}`);
  return choice;
}

function readText(raw: string | undefined): string | undefined {
  if (raw === undefined || raw === "") return undefined;
  if (raw.length > maxTextChars)
    throw new FreshetError("bad_query", `text has at most ${maxTextChars} characters`);
  return raw;
}
