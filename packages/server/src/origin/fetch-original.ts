import { FreshetError, type OriginRef, type TokenSettings } from "@freshet/core";
import type { OriginAnswer, Source, Validators } from "./source.ts";
import { sampleHost } from "./sources/sample.ts";
import { tokenHeaders } from "./token-headers.ts";

/** Asks an original's origin for it, as the token wants that it is asked. */
export type FetchOriginal = (
  origin: OriginRef,
  known: Validators | null,
  settings: TokenSettings,
) => Promise<OriginAnswer>;

interface Sources {
  readonly sample: Source;
  readonly http: Source;
  /** Takes `storage://…`, which core makes of aliases only. */
  readonly storage: Source;
}

/** Tries an origin's URLs in order; another is tried only where the one before could not be reached at all. */
export function createFetchOriginal(sources: Sources): FetchOriginal {
  return async (origin, known, settings) => {
    let failure: unknown;
    for (const url of origin.urls) {
      try {
        return await choose(sources, url).fetch(url, known, tokenHeaders(url, settings));
      } catch (error) {
        if (!(error instanceof FreshetError) || error.code !== "origin_unreachable") throw error;
        failure = error;
      }
    }
    throw failure;
  };
}

function choose({ sample, http, storage }: Sources, url: string): Source {
  if (url.startsWith("storage://")) return storage;
  return new URL(url).host === sampleHost ? sample : http;
}
