import type { Clock } from "@freshet/core";
import { serverLimits } from "../limits.ts";

/** Asks origins, in the background, about what is answered although it is old. */
export interface StaleRefreshes {
  /** Begins a fetch, but not more than once a second for one key. */
  refresh(key: string, fetch: () => Promise<unknown>): void;
  /** How long ago the first fetch for a key began that did not bring anything new, in whole seconds, at least 1. */
  seconds(key: string): number;
}

export function createStaleRefreshes(clock: Clock): StaleRefreshes {
  const begun = new Map<string, { readonly firstMs: number; lastMs: number }>();

  return {
    refresh(key, fetch) {
      const nowMs = clock.monotonicMs();
      const before = begun.get(key);
      if (before && nowMs - before.lastMs < serverLimits.fencedFetchEveryMs) return;
      begun.delete(key);
      begun.set(key, { firstMs: before?.firstMs ?? nowMs, lastMs: nowMs });
      if (begun.size > serverLimits.pointersInMemory) begun.delete(begun.keys().next().value as string);
      // If it fails the next request tries again, and once the window is over it is told why.
      fetch().then(
        () => begun.delete(key),
        () => {},
      );
    },
    seconds(key) {
      const firstMs = begun.get(key)?.firstMs ?? clock.monotonicMs();
      return Math.max(1, Math.ceil((clock.monotonicMs() - firstMs) / 1000));
    },
  };
}
