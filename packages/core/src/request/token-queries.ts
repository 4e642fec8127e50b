import { readOptions, type SaidOptions } from "../ops/read-options.ts";
import { type QueryPair, splitQuery } from "./query.ts";
import type { TokenSettings } from "./token.ts";

/** A query of a token's settings, read. */
export interface SettledQuery {
  readonly pairs: readonly QueryPair[];
  readonly said: SaidOptions;
}

/** The queries that a token's settings hold. */
export interface TokenQueries {
  readonly presets: ReadonlyMap<string, SettledQuery>;
  readonly rules: readonly { readonly match: string; readonly said: SaidOptions }[];
}

const known = new WeakMap<TokenSettings, TokenQueries>();

/** Reads the presets and rules of a token, once: they are asked for with every URL. */
export function tokenQueries(token: TokenSettings): TokenQueries {
  const before = known.get(token);
  if (before) return before;
  const queries = {
    presets: new Map(Object.entries(token.presets).map(([name, query]) => [name, readQuery(query)])),
    rules: token.rules.map(({ match, query }) => ({ match, said: readQuery(query).said })),
  };
  known.set(token, queries);
  return queries;
}

function readQuery(query: string): SettledQuery {
  const pairs = splitQuery(query);
  return { pairs, said: readOptions(pairs) };
}
