import { readOptions } from "../ops/read-options.ts";
import { isCloudimageName } from "./foreign-names.ts";
import type { QueryPair } from "./query.ts";

/** True for a pair of an original's own query that v7 would not pass on to the origin, or not as it is. */
export function isTaken(pair: QueryPair): boolean {
  return (
    isCloudimageName(pair.name) || readOptions([pair]).foreign.length === 0 || pair.raw.startsWith("amp;")
  );
}
