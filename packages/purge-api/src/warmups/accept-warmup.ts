import { randomUUID } from "node:crypto";
import { type Clock, FreshetError, type PurgeTarget, readWarmupUrl, requestKey } from "@freshet/core";
import { warmupEntryOf } from "../audit/entry.ts";
import { authorOf, type Caller, checkGrant } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import type { WarmupCall } from "./read-urls.ts";
import type { Warmup, WarmupStore } from "./warmup.ts";

export interface AcceptedWarmup {
  readonly warmup: Warmup;
  /** Lines that could not be read; the others are made ready. */
  readonly problems: readonly { readonly url: string; readonly reason: string }[];
}

/** What browsers of today send for a picture: token and URL decide what of it they get. */
const browserAccept = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

/**
 * Stores a warm-up, and sets it going. It takes as much of the key's quota as purging those URLs would, and the key
 * must reach as far.
 *
 * @throws FreshetError, from the function that is returned: `bad_warmup` if no line can be read, `key_scope`,
 *   `quota_exceeded`, `key_reused` for another body with the same idempotency key
 */
export function createAcceptWarmup(deps: {
  clock: Clock;
  store: WarmupStore;
  rateLimit: RateLimit;
  work(): Promise<void>;
}) {
  const { clock, store, rateLimit, work } = deps;
  return async (
    { lines, accept }: WarmupCall,
    caller: Caller,
    once: { readonly key: string; readonly bodyHash: string } | null,
  ): Promise<AcceptedWarmup> => {
    const { token, grant } = caller;
    const problems: { url: string; reason: string }[] = [];
    const targets = new Map<string, PurgeTarget>();
    for (const line of lines) {
      const read = readWarmupUrl(line, token);
      if ("problem" in read) problems.push({ url: line, reason: read.problem });
      else targets.set(read.url, { token: token.name, kind: "url", pattern: requestKey(read.request) });
    }
    if (targets.size === 0) {
      throw new FreshetError("bad_warmup", `no URL can be read; the first: ${problems[0]?.reason}`);
    }
    checkGrant(caller, "urls", [...targets.values()]);
    rateLimit.take(grant, targets.size);
    const addedAt = Math.round(clock.wallMs() * 1000);
    const warmup = { uuid: randomUUID(), token: token.name, accept: accept ?? browserAccept, addedAt };
    const whole = { ...warmup, urls: [...targets.keys()] };
    const entry = warmupEntryOf(authorOf({ ...caller, action: "warmup" }), whole);
    const added = await store.add(whole, once, entry);
    if (added.knownBodyHash !== null && added.knownBodyHash !== once?.bodyHash) {
      throw new FreshetError("key_reused", "this Idempotency-Key was sent with another body before");
    }
    void work();
    return { warmup: added.warmup, problems };
  };
}
