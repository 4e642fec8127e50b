import { mediaTypes, type Negotiated, type Plan } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import { cleanSvg } from "../engine/svg/clean-svg.ts";
import { inspect } from "../origin/inspect.ts";
import { convert } from "./convert.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { type Sharing, sharedPixels } from "./shared-pixels.ts";
import { makeSketch } from "./sketch.ts";
import { runSteps } from "./steps.ts";

/** The bytes that a variant is made of, as their hashes are in its key. */
export interface RenderInputs {
  readonly original: Uint8Array;
  /** Originals of the plan's watermarks, as `Watermark.content.input` counts them. */
  readonly watermarks: readonly Uint8Array[];
}

/**
 * Makes a variant: inspect → sketch → decode → steps → encode, or all of it in one go where that is possible.
 * @param sharing where other renders of the same original are near
 * @throws FreshetError `not_an_image`, `image_broken`, `original_too_large`
 */
export async function render(
  inputs: RenderInputs,
  plan: Plan,
  output: Negotiated,
  sharing: Sharing | null = null,
): Promise<Entry> {
  const { format } = output;
  const info = await inspect(inputs.original);
  if (format === "svg") return { bytes: cleanSvg(inputs.original), type: mediaTypes.svg };

  const sketch = await makeSketch(inputs.original, info, plan, format);
  const shared = sharing && (await sharedPixels(inputs.original, sketch, sharing));
  const source = shared ?? inputs.original;
  const converted = await convert(source, sketch, plan, output);
  if (converted) return { bytes: converted, type: mediaTypes[format] };

  const pixels = await decode(source, sketch);
  const done = await runSteps(pixels, { plan, layout: sketch.layout, format, watermarks: inputs.watermarks });
  return encode(done, plan, output);
}
