import type { Clock, Stamp } from "@freshet/core";
import { createRefusals } from "../refusals.ts";
import type { OriginalRequest } from "./resolve.ts";

/** Originals that were fetched a moment ago, and could not be read as images or were too large. */
export interface UnreadableOriginals {
  /** @throws FreshetError that of the last time, unless a purge has come since */
  refuse(key: string, request: OriginalRequest, requestKey: string): void;
  /** Notes how a fetch fails. */
  watch<T>(key: string, stamp: Stamp, fetching: Promise<T>): Promise<T>;
  note(key: string, error: unknown, fetched: Fetched): void;
}

interface Fetched {
  readonly stamp: Stamp;
  readonly tags: readonly string[];
}

/** @param holds whether what was fetched at a stamp is not purged */
export function createUnreadableOriginals(
  clock: Clock,
  holds: (stamp: Stamp, request: OriginalRequest, requestKey: string, tags: readonly string[]) => boolean,
): UnreadableOriginals {
  const refusals = createRefusals<Fetched>(clock);
  return {
    refuse(key, request, requestKey) {
      const found = refusals.find(key);
      if (found && holds(found.about.stamp, request, requestKey, found.about.tags)) throw found.error;
    },
    watch: (key, stamp, fetching) =>
      fetching.catch((error) => {
        refusals.note(key, error, { stamp, tags: [] });
        throw error;
      }),
    note: refusals.note,
  };
}
