import { type Clock, FreshetError } from "@freshet/core";
import { isOutage } from "./outage.ts";

/** Different originals of an origin that failed in a row, after which it is let alone: one broken page is no outage. */
const strikes = 5;
/** For how long, at first; twice as long each time it fails again. */
const firstRestMs = 2_000;
const longestRestMs = 30_000;
/** Origins that failed lately: some 500 bytes each. */
const rememberedOrigins = 10_000;

/** Keeps origins that are down from being asked, and requests from waiting for them. */
export interface RestingOrigins {
  /**
   * Fetches, unless the origin is resting. When its rest is over one fetch goes ahead, and if it succeeds all may.
   * @param original key of what is fetched
   * @throws FreshetError `origin_resting`; whatever `fetch` throws
   */
  attempt<T>(origin: string, original: string, fetch: () => Promise<T>): Promise<T>;
  /** @throws FreshetError `origin_resting` */
  refuse(origin: string): void;
  /** Origins that are let alone just now. */
  readonly count: number;
}

interface Trouble {
  /** Those that failed since the last success, up to {@link strikes}. */
  readonly originals: Set<string>;
  restMs: number;
  /** `null` while it may be asked. */
  untilMs: number | null;
}

/** @param clock monotonic ms */
export function createRestingOrigins(clock: Pick<Clock, "monotonicMs">): RestingOrigins {
  /** Oldest first. */
  const troubles = new Map<string, Trouble>();

  function refuse(origin: string): void {
    const untilMs = troubles.get(origin)?.untilMs ?? null;
    if (untilMs === null) return;
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return;
    const retryAfterSeconds = Math.ceil(leftMs / 1000);
    const when = `it is asked again in ${retryAfterSeconds} s`;
    throw new FreshetError("origin_resting", `the origin failed again and again; ${when}`, {
      retryAfterSeconds,
    });
  }

  function rest(trouble: Trouble): void {
    trouble.untilMs = clock.monotonicMs() + trouble.restMs;
  }

  function failed(origin: string, original: string): void {
    const trouble = troubles.get(origin) ?? { originals: new Set(), restMs: firstRestMs, untilMs: null };
    // What was on its way when the rest began says nothing new.
    if (trouble.untilMs !== null) return;
    trouble.originals.add(original);
    if (trouble.originals.size >= strikes) rest(trouble);
    troubles.delete(origin);
    troubles.set(origin, trouble);
    if (troubles.size > rememberedOrigins) troubles.delete(troubles.keys().next().value as string);
  }

  function failedAgain(trouble: Trouble): void {
    trouble.restMs = Math.min(longestRestMs, trouble.restMs * 2);
    rest(trouble);
  }

  return {
    refuse,
    async attempt(origin, original, fetch) {
      refuse(origin);
      const trouble = troubles.get(origin);
      const isAhead = trouble !== undefined && trouble.untilMs !== null;
      // The others find it resting until this one has ended.
      if (isAhead) rest(trouble);
      try {
        const answer = await fetch();
        troubles.delete(origin);
        return answer;
      } catch (error) {
        if (!isOutage(error)) troubles.delete(origin);
        else if (isAhead) failedAgain(trouble);
        else failed(origin, original);
        throw error;
      }
    },
    get count() {
      const nowMs = clock.monotonicMs();
      let count = 0;
      for (const { untilMs } of troubles.values()) if (untilMs !== null && untilMs > nowMs) count++;
      return count;
    },
  };
}
