import {
  type Delivery,
  FreshetError,
  type OriginRef,
  refuseRedirect,
  type TokenSettings,
} from "@freshet/core";
import type { OriginAnswer, Source, Validators } from "./source.ts";
import { sampleHost } from "./sources/sample.ts";
import { tokenHeaders } from "./token-headers.ts";

/** An original, for whom it is asked, and for what: to make an image of it, or to pass it on. */
export interface AskedOriginal {
  readonly origin: OriginRef;
  readonly settings: TokenSettings;
  readonly delivery: Pick<Delivery, "kind">;
}

/** Asks an original's origin for it, as the token wants that it is asked. */
export type FetchOriginal = (asked: AskedOriginal, known: Validators | null) => Promise<OriginAnswer>;

interface Sources {
  readonly sample: Source;
  readonly http: Source;
  /** Takes `storage://…`, which core makes of aliases only. */
  readonly storage: Source;
}

/** Tries an origin's URLs in order; another is tried only where the one before could not be reached at all. */
export function createFetchOriginal(sources: Sources): FetchOriginal {
  return async ({ origin, settings, delivery }, known) => {
    const checkRedirect = (first: URL, next: URL) => refuseRedirect(first, next, settings, delivery.kind);
    let failure: unknown;
    for (const url of origin.urls) {
      try {
        const headers = tokenHeaders(url, settings);
        return await choose(sources, url).fetch(url, known, { headers, checkRedirect });
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
