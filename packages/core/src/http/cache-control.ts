/** How long an answer may be kept, in seconds. */
export interface CacheLife {
  /** By browsers, which no purge reaches: zero means that they ask each time and are mostly answered 304. */
  readonly browserSeconds: number;
  /** By caches in front that are purged together with the nodes. */
  readonly sharedSeconds: number;
}

/** The `Cache-Control` and `CDN-Cache-Control` (RFC 9213) of an answer; `null` for one that nobody may keep. */
export function cacheHeaders(life: CacheLife | null): Record<"cache-control" | "cdn-cache-control", string> {
  if (life === null) return { "cache-control": "no-store", "cdn-cache-control": "no-store" };
  return {
    "cache-control": `public, max-age=${life.browserSeconds}, s-maxage=${life.sharedSeconds}`,
    "cdn-cache-control": `max-age=${life.sharedSeconds}`,
  };
}
