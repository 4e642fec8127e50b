import {
  type CacheOutcome,
  checkReferer,
  etagOf,
  FreshetError,
  isNotModified,
  type SourceFormat,
} from "@freshet/core";
import type { Store } from "../cache/store.ts";
import type { TieredStore } from "../cache/tiered.ts";
import type { Demand } from "../demand/demand.ts";
import { hashText } from "../hash.ts";
import type { LiveSettings } from "../live-settings.ts";
import type { Metrics } from "../metrics.ts";
import { refuseLoop } from "../origin/loops.ts";
import { OriginFailure } from "../origin/origin-failure.ts";
import { partyOf } from "../origin/party-of.ts";
import type { Resolve } from "../origin/resolve.ts";
import { type Inputs, loadInputs, resolveInputs } from "../origin/resolve-inputs.ts";
import { createMakeVariant, type VariantDeps } from "../render/make-variant.ts";
import type { SpareRetries } from "../render/spare-retries.ts";
import { type Answer, imageResponse, notModifiedResponse } from "../respond/image-response.ts";
import { outcomeOf } from "../respond/outcome-of.ts";
import type { Usage } from "../usage/usage.ts";
import { createNameVariant } from "./name-variant.ts";
import { createPassOn } from "./proxy.ts";
import type { ReadRequest } from "./read-request.ts";
import type { ReadyAnswers } from "./ready-answers.ts";
import { createStandIn } from "./stand-in.ts";

export interface ImageDeps extends VariantDeps {
  /** The settings as they are now. */
  settings(): LiveSettings;
  readonly resolve: Resolve;
  readonly originals: Store;
  readonly variants: TieredStore;
  readonly metrics: Metrics;
  readonly usage: Pick<Usage, "answered" | "rendered">;
  readonly demand: Demand;
  readonly spareRetries: SpareRetries;
  /** Of requests that this server sends. */
  readonly loopName: string;
  readonly ready: Pick<ReadyAnswers, "keep">;
  /** Monotonic, ms. */
  now(): number;
}

/** A request for a picture, and how it was read. */
interface Asking {
  readonly request: Pick<Request, "url" | "headers">;
  readonly settings: LiveSettings;
  readonly asked: ReadRequest;
  readonly startMs: number;
}

/** @throws FreshetError for what may not be asked, or not from there */
function admit({ url, headers }: Request, settings: LiveSettings, loopName: string): ReadRequest {
  refuseLoop(headers.get("cdn-loop"), loopName);
  const host = headers.get("host");
  const asked = settings.readRequest(url, host);
  const { referers, hosts } = asked.settings;
  checkReferer(headers.get("referer"), referers, host === null ? hosts : [...hosts, host.toLowerCase()]);
  return asked;
}

/**
 * Answers one request for a picture, or for an original that is passed on.
 * @throws FreshetError for everything that a client or an origin can do wrong
 */
export function createImageHandler(deps: ImageDeps) {
  const { resolve, originals, variants, metrics, usage, demand, spareRetries, loopName, ready, now } = deps;
  const nameVariant = createNameVariant(hashText);
  const makeVariant = createMakeVariant(deps);
  const passOn = createPassOn(deps);
  const standIn = createStandIn({ ...deps, makeVariant });

  return async function image(request: Request): Promise<Response> {
    const startMs = now();
    const { headers } = request;
    const settings = deps.settings();
    const asked = admit(request, settings, loopName);
    try {
      if (asked.delivery.kind === "proxy") return await passOn(asked, headers.get("if-none-match"), startMs);
      return await picture({ request, settings, asked, startMs });
    } catch (error) {
      const accept = headers.get("accept");
      const answer = error instanceof OriginFailure ? await standIn(error, asked, accept) : null;
      if (answer === null) throw error;
      return answer;
    }
  };

  async function picture(asking: Asking): Promise<Response> {
    for (const options of [{}, { bytesLost: true }]) {
      const inputs = await resolveInputs(resolve, asking.asked, asking.asked.key, options);
      const answer = await answerFrom(inputs, asking);
      if (answer) return answer;
    }
    throw new FreshetError("overloaded", "the original was dropped from the cache before it could be used");
  }

  /** @returns `null` if the bytes of an original are needed and the store has dropped them */
  async function answerFrom(inputs: Inputs, asking: Asking): Promise<Response | null> {
    const { request, settings, asked, startMs } = asking;
    const [{ headers }, { plan }] = [request, asked];
    const { pointer } = inputs.original;
    const all = [inputs.original, ...inputs.watermarks];
    const pointers = all.map(({ pointer }) => pointer);
    const isLate = () => all.some(({ late }) => late);
    // `resolve` hands out nothing else to who asks for an image.
    const source = pointer.format as SourceFormat;
    const used = pointers.map(({ content }) => content);
    const accept = headers.get("accept");
    const named = nameVariant(asked, used, source, accept);
    const { output, contents, key } = named;
    const tags = pointers.flatMap(({ tags }) => tags);
    const wanted = demand.of(named, asked, accept, tags);
    demand.count(wanted);
    const resolvedMs = now();
    const timings = { resolve: resolvedMs - startMs };
    const answerOf = (outcome: CacheOutcome, timings: Answer["timings"]): Answer => {
      metrics.countOutcome(outcome);
      const late = isLate() || all.some(({ cutOff }) => cutOff);
      return { asked, pointer, tags, key, varies: output.varies, late, outcome, timings };
    };

    if (isNotModified(headers.get("if-none-match"), etagOf(key))) {
      const answer = answerOf(outcomeOf(all, isLate(), "not-modified"), timings);
      ready.keep({ request, settings, answer, pointers, wanted, entry: null });
      return notModifiedResponse(answer);
    }
    const name = () => !isLate() && deps.lineage.addVariant(contents, key, deps.stamp());
    const found = await variants.find(key, name);
    const token = asked.settings.name;
    if (found) {
      const { entry, tier } = found;
      usage.answered(token, entry.bytes.byteLength);
      const answer = answerOf(outcomeOf(all, isLate(), tier), timings);
      if (tier === "memory") ready.keep({ request, settings, answer, pointers, wanted, entry });
      return imageResponse(answer, entry);
    }
    const made = await spareRetries(key, pointers, () => {
      const load = () => loadInputs(originals, inputs);
      const { url } = wanted;
      return makeVariant({ key, contents, load, plan, output, isLate, url, party: partyOf(asked) });
    });
    if (!made) return null;
    const { value, joined } = made;
    usage.answered(token, value.bytes.byteLength);
    if (!joined) usage.rendered(token, value.bytes.byteLength);
    const outcome = outcomeOf(all, isLate(), null, joined);
    return imageResponse(answerOf(outcome, { ...timings, render: now() - resolvedMs }), value);
  }
}
