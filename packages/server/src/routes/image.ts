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
import { type Inputs, resolveInputs } from "../origin/resolve-inputs.ts";
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
    for (const options of [{}, { bytesLost: true }]) {
      const inputs = await resolveInputs(resolve, asked, asked.key, options);
      const answer = await answerFrom(inputs, asked, request.headers, startMs);
      if (answer) return answer;
    }
    throw new FreshetError("overloaded", "the original was dropped from the cache before it could be used");
  };

  /** @returns `null` if the bytes of an original are needed and the store has dropped them */
  async function answerFrom(
    inputs: Inputs,
    asked: ReadRequest,
    headers: Headers,
    startMs: number,
  ): Promise<Response | null> {
    const all = [inputs.original, ...inputs.watermarks];
    const isLate = () => all.some(({ late }) => late);
    const output = negotiate(asked.plan.formats, headers.get("accept"), inputs.original.pointer.format);
    const contents = all.map(({ pointer }) => pointer.content);
    const key = variantKey(contents, asked.plan, output, hashText);
    const resolvedMs = now();
    const timings = { resolve: resolvedMs - startMs };
    const answerOf = (outcome: CacheOutcome, timings: Answer["timings"]): Answer => {
      metrics.countOutcome(outcome);
      return { asked, variantKey: key, varies: output.varies, late: isLate(), outcome, timings };
    };

    if (isNotModified(headers.get("if-none-match"), etagOf(key))) {
      return notModifiedResponse(answerOf(outcomeOf(all, isLate(), "not-modified"), timings), life);
    }
    const found = await variants.find(key);
    if (found)
      return imageResponse(answerOf(outcomeOf(all, isLate(), found.tier), timings), found.entry, life);
    const [original, ...watermarks] = await Promise.all(all.map(bytesOf));
    if (!original || !watermarks.every((bytes) => bytes !== null)) return null;
    const { value, joined } = await flights.join(key, async () => {
      const make = () => render({ original, watermarks }, asked.plan, output);
      const entry = await slots.run(() => metrics.timeRender(make));
      if (!isLate()) await variants.put(key, entry);
      return entry;
    });
    const outcome = outcomeOf(all, isLate(), null, joined);
    return imageResponse(answerOf(outcome, { ...timings, render: now() - resolvedMs }), value, life);
  }

  async function bytesOf({ bytes, pointer }: Resolved): Promise<Uint8Array | null> {
    return bytes ?? (await originals.get(pointer.content))?.bytes ?? null;
  }
}

/** @param inputs all originals; the first that had to be fetched is what the answer tells of */
function outcomeOf(
  inputs: readonly Resolved[],
  late: boolean,
  cached: "memory" | "disk" | "not-modified" | null,
  joined = false,
): CacheOutcome {
  const fetch = inputs.find((input) => input.fetch !== null)?.fetch;
  if (fetch) {
    const { reason, status, collapsed } = fetch;
    return { kind: "fetched", reason, status, collapsed: collapsed || joined, stored: !late };
  }
  return cached === null
    ? { kind: "rendered", collapsed: joined, stored: true }
    : { kind: "hit", detail: cached };
}
