import type { CacheOutcome } from "@freshet/core";
import type { Resolved } from "../origin/resolve.ts";

/** @param inputs all originals; the first that had to be fetched is what the answer tells of */
export function outcomeOf(
  inputs: readonly Resolved[],
  late: boolean,
  cached: "memory" | "disk" | "shared" | "not-modified" | null,
  joined = false,
): CacheOutcome {
  const fetch = inputs.find((input) => input.fetch !== null)?.fetch;
  if (fetch) {
    const { reason, status, collapsed } = fetch;
    return { kind: "fetched", reason, status, collapsed: collapsed || joined, stored: !late };
  }
  if (cached === null) return { kind: "rendered", collapsed: joined, stored: true };
  const staleSeconds = inputs.find((input) => input.staleSeconds !== null)?.staleSeconds ?? null;
  return { kind: "hit", detail: cached, staleSeconds };
}
