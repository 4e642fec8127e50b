import { type ErrorCode, FreshetError } from "@freshet/core";

const outages: ReadonlySet<ErrorCode> = new Set(["origin_unreachable", "origin_timeout", "origin_down"]);

/** An origin that does not do what it should, whatever it is asked for: not one that says no. */
export function isOutage(error: unknown): error is FreshetError {
  return error instanceof FreshetError && outages.has(error.code);
}
