import {
  FreshetError,
  negotiate,
  resolveAddress,
  type SourceFormat,
  surrogateTags,
  variantKey,
  wantsProblem,
} from "@freshet/core";
import type { Entry, Store } from "../cache/store.ts";
import type { TieredStore } from "../cache/tiered.ts";
import { hashText } from "../hash.ts";
import type { OriginFailure } from "../origin/origin-failure.ts";
import { partyOf } from "../origin/party-of.ts";
import type { Resolve } from "../origin/resolve.ts";
import { bytesOf } from "../origin/resolve-inputs.ts";
import type { MakeVariant } from "../render/make-variant.ts";
import { substituteResponse } from "../respond/substitute-response.ts";
import { builtInImage, transparentPixel } from "./built-in-image.ts";
import type { ReadRequest } from "./read-request.ts";

export interface StandInDeps {
  readonly resolve: Resolve;
  readonly originals: Store;
  readonly variants: TieredStore;
  readonly makeVariant: MakeVariant;
}

/** The image that stands in, before it was made as large as what was asked for. */
interface Image {
  readonly bytes: Uint8Array;
  /** Name of its bytes. */
  readonly content: string;
  readonly format: SourceFormat;
  readonly late: boolean;
  /** Its own tags, so that a purge of it reaches the answers that it is in. */
  readonly tags: readonly string[];
}

const builtIn: Image = {
  bytes: new TextEncoder().encode(builtInImage),
  content: hashText(builtInImage).slice(0, 32),
  // It is a drawing, so it is sharp at every size; delivered as if it were a PNG.
  format: "png",
  late: false,
  tags: [],
};

/**
 * Answers in place of a missing original, as the token wants it.
 * @returns `null` where the error itself is the answer: for clients that read errors, for what is no picture, and for
 *   errors that are not the origin's
 * @see reference/cloudimage.md section 11.4
 */
export function createStandIn({ resolve, originals, variants, makeVariant }: StandInDeps) {
  return async function standIn(
    failure: OriginFailure,
    asked: ReadRequest,
    accept: string | null,
  ): Promise<Response | null> {
    if (!failure.isMissing || asked.delivery.kind === "proxy" || wantsProblem(accept)) return null;
    const common = { asked, failure, late: false, tags: asked.surrogateKey.split(" ") };
    switch (asked.settings.missing) {
      case "404-empty":
        return substituteResponse({ ...common, entry: null });
      case "200-pixel":
        return substituteResponse({ ...common, entry: transparentPixel });
      case "404-image":
      case "200-image": {
        const { entry, late, tags } = await makeImage(asked, accept);
        return substituteResponse({ ...common, entry, late, tags: [...new Set([...common.tags, ...tags])] });
      }
    }
  };

  /** The token's image, or ours if it cannot be had either. */
  async function makeImage(asked: ReadRequest, accept: string | null) {
    const own = asked.settings.missingImage;
    if (own !== null) {
      try {
        const image = await fetchImage(own, asked);
        return { entry: await resize(image, asked, accept), late: image.late, tags: image.tags };
      } catch (error) {
        if (!(error instanceof FreshetError)) throw error;
      }
    }
    return { entry: await resize(builtIn, asked, accept), late: false, tags: [] };
  }

  async function fetchImage(address: string, { token, settings, key }: ReadRequest): Promise<Image> {
    const origin = resolveAddress(address, settings);
    const request = { token, settings, origin, version: "", delivery: { kind: "image" } } as const;
    for (const options of [{}, { bytesLost: true }]) {
      const resolved = await resolve(request, key, options);
      const { content, format } = resolved.pointer;
      const bytes = await bytesOf(originals, resolved);
      const tags = surrogateTags(token, [origin], hashText);
      if (bytes && format !== null)
        return { bytes, content, format, late: resolved.late || resolved.cutOff, tags };
    }
    throw new FreshetError("overloaded", "the image for missing originals was dropped from the cache");
  }

  /** An image of its own, so what names places on the original, or was to be laid on it, is left out. */
  async function resize(image: Image, asked: ReadRequest, accept: string | null): Promise<Entry> {
    const plan = { ...asked.plan, trim: null, rectangle: null, watermarks: [] };
    const output = negotiate(plan.formats, accept, image.format);
    const key = variantKey([image.content], plan, output, hashText);
    const found = await variants.find(key);
    if (found) return found.entry;
    const load = async () => ({ original: image.bytes, watermarks: [] });
    const contents = [image.content];
    const isLate = () => image.late;
    const made = await makeVariant({
      ...{ key, contents, load, plan, output, isLate },
      ...{ url: "", party: partyOf(asked) },
    });
    // What it is made of is at hand.
    return (made as NonNullable<typeof made>).value;
  }
}
