import type { Delivery } from "../request/delivery.ts";
import type { TokenSettings } from "../request/token.ts";

/** How long an answer may be kept, in seconds. */
export interface CacheLife {
  /** By browsers, which no purge reaches: zero means that they ask each time and are mostly answered 304. */
  readonly browserSeconds: number;
  /** By caches in front that are purged together with the nodes. */
  readonly sharedSeconds: number;
}

/** The URL's word (`ci_cache`) over the token's over the installation's (reference/cloudimage.md section 12). */
export function cacheLife(
  installation: CacheLife,
  token: Pick<TokenSettings, "browserSeconds" | "sharedSeconds">,
  { cacheSeconds }: Pick<Delivery, "cacheSeconds">,
): CacheLife {
  return {
    browserSeconds: cacheSeconds ?? token.browserSeconds ?? installation.browserSeconds,
    sharedSeconds: cacheSeconds ?? token.sharedSeconds ?? installation.sharedSeconds,
  };
}

/** The `Cache-Control` and `CDN-Cache-Control` (RFC 9213) of an answer; `null` for one that nobody may keep. */
export function cacheHeaders(life: CacheLife | null): Record<"cache-control" | "cdn-cache-control", string> {
  if (life === null) return { "cache-control": "no-store", "cdn-cache-control": "no-store" };
  return {
    "cache-control": `public, max-age=${life.browserSeconds}, s-maxage=${life.sharedSeconds}`,
    "cdn-cache-control": `max-age=${life.sharedSeconds}`,
  };
}
