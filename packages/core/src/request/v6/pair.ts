import type { QueryPair } from "../query.ts";

/** @param rawValue how the value is spelled in a URL, if it was one's own */
export function makePair(name: string, value: string, rawValue = value): QueryPair {
  return { name, value, raw: `${name}=${rawValue}` };
}
