/** How one answer came about. */
export type CacheOutcome =
  /** Bytes from a cache, original known to be current. */
  | {
      readonly kind: "hit";
      readonly detail: "memory" | "disk" | "shared" | "not-modified";
      /** For how long the original has been old, where it is answered nevertheless. */
      readonly staleSeconds?: number | null;
    }
  /** The original was known, this variant was made now. */
  | { readonly kind: "rendered"; readonly collapsed: boolean; readonly stored: boolean }
  /** Another picture stands in for an original that could not be had. */
  | { readonly kind: "substituted"; readonly detail: string }
  /** The original was asked for again; `status` is what the origin said. */
  | {
      readonly kind: "fetched";
      readonly reason: "uri-miss" | "stale";
      readonly status: number;
      readonly collapsed: boolean;
      readonly stored: boolean;
    };

/**
 * One `Cache-Status` member. A variant that was made without asking the origin is `fwd=miss`: the cache had the
 * original but no answer for this request.
 *
 * @see RFC 9211 section 2; `hit` and `fwd` exclude each other
 */
export function cacheStatus(outcome: CacheOutcome): string {
  if (outcome.kind === "hit") {
    const { detail, staleSeconds } = outcome;
    return staleSeconds
      ? `freshet; hit; ttl=-${staleSeconds}; detail=${detail}`
      : `freshet; hit; detail=${detail}`;
  }
  if (outcome.kind === "substituted") return `freshet; fwd=miss; detail=${outcome.detail}`;
  const forward =
    outcome.kind === "rendered"
      ? ["fwd=miss", "detail=rendered"]
      : [`fwd=${outcome.reason}`, `fwd-status=${outcome.status}`];
  const flags = [outcome.stored && "stored", outcome.collapsed && "collapsed"].filter(Boolean);
  return ["freshet", ...forward, ...flags].join("; ");
}
