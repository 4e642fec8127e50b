import { FreshetError, type OriginRef } from "@freshet/core";
import type { OriginAnswer, Source, Validators } from "./source.ts";
import { sampleHost } from "./sources/sample.ts";

/** Asks an original's origin for it. */
export type FetchOriginal = (origin: OriginRef, known: Validators | null) => Promise<OriginAnswer>;

/** Tries an origin's URLs in order; another is tried only where the one before could not be reached at all. */
export function createFetchOriginal(sources: {
  readonly sample: Source;
  readonly http: Source;
}): FetchOriginal {
  return async (origin, known) => {
    let failure: unknown;
    for (const url of origin.urls) {
      const source = new URL(url).host === sampleHost ? sources.sample : sources.http;
      try {
        return await source.fetch(url, known);
      } catch (error) {
        if (!(error instanceof FreshetError) || error.code !== "origin_unreachable") throw error;
        failure = error;
      }
    }
    throw failure;
  };
}
