import type { Invalidation } from "@freshet/core";

/** An invalidation of some originals of the token `doc`. */
export function originals(...paths: string[]): Invalidation {
  const rows = paths.map((path) => ({
    target: { token: "doc", kind: "original" as const, pattern: `doc|//${path}` },
    mode: "hard" as const,
  }));
  return { scope: "original", received: paths, rows, failed: [] };
}
