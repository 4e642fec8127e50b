import { type CacheLife, cacheHeaders, type TokenSettings } from "@freshet/core";

/** What decides who may keep an answer, and for whom. */
export interface Keeping {
  /** `null`: nobody may keep it. */
  readonly life: CacheLife | null;
  /** Another `Accept` could have had another answer. */
  readonly varies: boolean;
  readonly settings: Pick<TokenSettings, "referers">;
}

/**
 * Headers that caches go by. Where only some pages may show the pictures, each kept answer belongs to one `Referer`:
 * browsers send no more than the page's origin to other hosts, so these are few. CDNs that read `CDN-Cache-Control` are
 * known to pay no attention to such a `Vary`, and would show every page what one was allowed: they keep nothing.
 */
export function keepHeaders({ life, varies, settings }: Keeping): Record<string, string> {
  const headers: Record<string, string> = cacheHeaders(life);
  const isGuarded = settings.referers !== null;
  if (isGuarded) headers["cdn-cache-control"] = "no-store";
  const names = [varies && "Accept", isGuarded && "Referer"].filter(Boolean);
  if (names.length > 0) headers.vary = names.join(", ");
  return headers;
}
