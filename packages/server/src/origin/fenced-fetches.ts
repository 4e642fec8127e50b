import type { Clock } from "@freshet/core";
import { serverLimits } from "../limits.ts";

/** Begins fetches on behalf of a node that is cut off from the purge log. */
export interface FencedFetches<F> {
  /** @param begin called when the fetch may begin; never before this request came */
  next(key: string, begin: () => F): Promise<{ readonly flight: F; readonly collapsed: boolean }>;
}

/**
 * Nothing that was read before a request came may answer it, since a purge may be DONE that the node knows nothing of;
 * and still no original is asked for more than once a second. So a request that comes too early waits for the next
 * fetch to begin, together with all others that do.
 *
 * @param wait resolves after that many milliseconds of the clock
 */
export function createFencedFetches<F>(clock: Clock, wait: (ms: number) => Promise<void>): FencedFetches<F> {
  /** When the last fetch of each key began; oldest first. */
  const begunMs = new Map<string, number>();
  const planned = new Map<string, Promise<F>>();

  function begin(key: string, start: () => F): F {
    planned.delete(key);
    begunMs.delete(key);
    begunMs.set(key, clock.monotonicMs());
    if (begunMs.size > serverLimits.pointersInMemory) begunMs.delete(begunMs.keys().next().value as string);
    return start();
  }

  return {
    async next(key, start) {
      const shared = planned.get(key);
      if (shared !== undefined) return { flight: await shared, collapsed: true };
      const earliestMs = (begunMs.get(key) ?? Number.NEGATIVE_INFINITY) + serverLimits.fencedFetchEveryMs;
      const waitMs = earliestMs - clock.monotonicMs();
      if (waitMs <= 0) return { flight: begin(key, start), collapsed: false };
      const later = wait(waitMs).then(() => begin(key, start));
      planned.set(key, later);
      return { flight: await later, collapsed: false };
    },
  };
}
