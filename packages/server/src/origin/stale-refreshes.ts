import type { Clock } from "@freshet/core";
import { serverLimits } from "../limits.ts";

/** Asks origins, in the background, about what is answered although it is old. */
export interface StaleRefreshes {
  /** Begins a fetch, but not more than once a second for one key. */
  refresh(key: string, fetch: () => Promise<unknown>): void;
  /** Notes that the origin failed, or did not. */
  failed(key: string): void;
  worked(key: string): void;
  /** Whether the origin failed when it was last asked for that: then nobody shall wait for it to fail again. */
  isFailing(key: string): boolean;
  /** How long ago the first fetch for a key began that did not bring anything new, in whole seconds, at least 1. */
  seconds(key: string): number;
}

export function createStaleRefreshes(clock: Clock): StaleRefreshes {
  const begun = new Map<string, { readonly firstMs: number; lastMs: number }>();

  function note(key: string): void {
    const nowMs = clock.monotonicMs();
    const firstMs = begun.get(key)?.firstMs ?? nowMs;
    begun.delete(key);
    begun.set(key, { firstMs, lastMs: nowMs });
    if (begun.size > serverLimits.pointersInMemory) begun.delete(begun.keys().next().value as string);
  }

  return {
    refresh(key, fetch) {
      const nowMs = clock.monotonicMs();
      const before = begun.get(key);
      if (before && nowMs - before.lastMs < serverLimits.fencedFetchEveryMs) return;
      note(key);
      // If it fails the next request tries again, and once the window is over it is told why.
      fetch().then(
        () => begun.delete(key),
        () => {},
      );
    },
    failed: note,
    worked: (key) => void begun.delete(key),
    isFailing: (key) => begun.has(key),
    seconds(key) {
      const firstMs = begun.get(key)?.firstMs ?? clock.monotonicMs();
      return Math.max(1, Math.ceil((clock.monotonicMs() - firstMs) / 1000));
    },
  };
}
