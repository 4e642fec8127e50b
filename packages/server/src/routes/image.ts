import {
  type CacheLife,
  type CacheOutcome,
  etagOf,
  FreshetError,
  isNotModified,
  negotiate,
  type TokenTable,
  variantKey,
} from "@freshet/core";
import type { SingleFlight } from "../cache/single-flight.ts";
import type { Entry, Store } from "../cache/store.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import type { Metrics } from "../metrics.ts";
import type { Resolve, Resolved } from "../origin/resolve.ts";
import { render } from "../render/render.ts";
import type { Slots } from "../render/slots.ts";
import { type Answer, imageResponse, notModifiedResponse } from "../respond/image-response.ts";
import { createReadRequest, type ReadRequest } from "./read-request.ts";

export interface ImageDeps {
  readonly tokens: TokenTable;
  readonly resolve: Resolve;
  readonly originals: Store;
  readonly variants: TieredStore;
  readonly flights: SingleFlight<Entry>;
  readonly slots: Slots;
  readonly life: CacheLife;
  readonly metrics: Metrics;
  /** Monotonic, ms. */
  now(): number;
}

/**
 * Answers one request for a picture.
 * @throws FreshetError for everything that a client or an origin can do wrong
 */
export function createImageHandler(deps: ImageDeps) {
  const { tokens, resolve, originals, variants, flights, slots, life, metrics, now } = deps;

  const readRequest = createReadRequest(tokens, hashText);

  return async function image(request: Request): Promise<Response> {
    const startMs = now();
    const asked = readRequest(request.url, request.headers.get("host"));
    const answer =
      (await answerFrom(await resolve(asked, asked.key), asked, request.headers, startMs)) ??
      (await answerFrom(
        await resolve(asked, asked.key, { bytesLost: true }),
        asked,
        request.headers,
        startMs,
      ));
    if (answer) return answer;
    throw new FreshetError("overloaded", "the original was dropped from the cache before it could be used");
  };

  /** @returns `null` if the original's bytes are needed and the store has dropped them */
  async function answerFrom(
    resolved: Resolved,
    asked: ReadRequest,
    headers: Headers,
    startMs: number,
  ): Promise<Response | null> {
    const { pointer, late } = resolved;
    const output = negotiate(asked.plan.formats, headers.get("accept"), pointer.format);
    const key = variantKey([pointer.content], asked.plan, output, hashText);
    const resolvedMs = now();
    const timings = { resolve: resolvedMs - startMs };
    const answerOf = (outcome: CacheOutcome, timings: Answer["timings"]): Answer => {
      metrics.countOutcome(outcome);
      return { asked, variantKey: key, varies: output.varies, late, outcome, timings };
    };

    if (isNotModified(headers.get("if-none-match"), etagOf(key))) {
      return notModifiedResponse(answerOf(outcomeOf(resolved, "not-modified"), timings), life);
    }
    const found = await variants.find(key);
    if (found) return imageResponse(answerOf(outcomeOf(resolved, found.tier), timings), found.entry, life);
    const source = resolved.bytes ?? (await originals.get(pointer.content))?.bytes;
    if (!source) return null;
    const { value, joined } = await flights.join(key, async () => {
      const entry = await slots.run(() => metrics.timeRender(() => render(source, asked.plan, output)));
      if (!late) await variants.put(key, entry);
      return entry;
    });
    const outcome = outcomeOf(resolved, null, joined);
    return imageResponse(answerOf(outcome, { ...timings, render: now() - resolvedMs }), value, life);
  }
}

function outcomeOf(
  { fetch, late }: Resolved,
  cached: "memory" | "disk" | "not-modified" | null,
  joined = false,
): CacheOutcome {
  if (fetch) {
    const { reason, status, collapsed } = fetch;
    return { kind: "fetched", reason, status, collapsed: collapsed || joined, stored: !late };
  }
  return cached === null
    ? { kind: "rendered", collapsed: joined, stored: true }
    : { kind: "hit", detail: cached };
}
