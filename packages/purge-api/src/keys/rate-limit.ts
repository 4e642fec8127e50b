import { type Clock, FreshetError } from "@freshet/core";
import type { Grant } from "./grant.ts";

/** Too much in too little time: the answer says how long to wait. */
export class QuotaExceeded extends FreshetError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(detail: string, headers: Readonly<Record<string, string>>) {
    super("quota_exceeded", detail);
    this.headers = headers;
  }
}

export interface RateLimit {
  /**
   * Takes patterns out of a key's bucket.
   * @returns headers that say what is left (draft-ietf-httpapi-ratelimit-headers)
   * @throws QuotaExceeded if there are not enough; then none are taken
   */
  take(grant: Grant, patterns: number): Readonly<Record<string, string>>;
}

interface Bucket {
  left: number;
  atMs: number;
}

/**
 * One bucket for each key: a minute's worth of patterns, which fills up evenly. It is this process's own: behind
 * several replicas a key has as many times the quota. A bucket in the database would cost each accepted purge a write
 * more, under a lock that all of a key's purges wait for, and what it is for does not need it: a key that runs wild is
 * bounded either way, and the log is, however much is purged.
 */
export function createRateLimit(clock: Clock, patternsPerMinute: number): RateLimit {
  const buckets = new Map<string, Bucket>();

  return {
    take(grant, patterns) {
      const quota = grant.patternsPerMinute ?? patternsPerMinute;
      const perMs = quota / 60_000;
      const nowMs = clock.monotonicMs();
      const before = buckets.get(grant.key) ?? { left: quota, atMs: nowMs };
      const left = Math.min(quota, before.left + (nowMs - before.atMs) * perMs);
      const isEnough = patterns <= left;
      const rest = isEnough ? left - patterns : left;
      buckets.set(grant.key, { left: rest, atMs: nowMs });
      const headers = {
        "ratelimit-policy": `"purge";q=${quota};w=60`,
        ratelimit: `"purge";r=${Math.floor(rest)};t=${Math.ceil((quota - rest) / perMs / 1000)}`,
      };
      if (isEnough) return headers;
      if (patterns > quota) {
        throw new QuotaExceeded(
          `${patterns} patterns in one call; this key may purge ${quota} in a minute`,
          headers,
        );
      }
      const waitS = Math.ceil((patterns - left) / perMs / 1000);
      throw new QuotaExceeded(`this key may purge ${quota} patterns in a minute: try again in ${waitS} s`, {
        ...headers,
        "retry-after": String(waitS),
      });
    },
  };
}
