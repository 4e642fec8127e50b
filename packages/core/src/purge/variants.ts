/*
 * A purge of some variants of an original names transformations, and reaches every request that has all of them:
 * `?w=200` reaches `w=200` and `w=200&q=50`, and not `w=200&h=300`, which is another way to resize. What it does is to
 * let such requests ask the origin again; the answer then serves all requests for the original.
 */

/** The plan in a key of a transformed URL. */
export function planOf(requestKey: string): string {
  const start = requestKey.indexOf("\n", requestKey.indexOf("\n") + 1) + 1;
  const end = requestKey.indexOf("\n", start);
  return end === -1 ? requestKey.slice(start) : requestKey.slice(start, end);
}

/**
 * Whether a plan has all parts of another, both in canonical form. A text with a semicolon in it falls into pieces, the
 * same in both: that may find too much, never too little.
 */
export function includesPlan(plan: string, filter: string): boolean {
  if (filter === "" || plan === filter) return true;
  const parts = new Set(plan.split(";"));
  return filter.split(";").every((part) => parts.has(part));
}
