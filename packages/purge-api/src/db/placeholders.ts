import { type Placeholder, sql } from "drizzle-orm";

/** One for each name, for a statement that is prepared once and run with values by these names. */
export function placeholders<const N extends string>(...names: readonly N[]): Record<N, Placeholder<N>> {
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Record<N, Placeholder<N>>;
}
