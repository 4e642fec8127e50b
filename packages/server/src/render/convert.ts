import { FreshetError, type Negotiated, opaqueFormats, type Plan, qualityFor } from "@freshet/core";
import type { Cut, RasterFormat } from "../engine/engine.ts";
import type { Pixels } from "../engine/pixels.ts";
import { convertersFor } from "../engine/planner.ts";
import { convertPixels } from "../engine/sharp-converter.ts";
import type { Sketch } from "./sketch.ts";

/**
 * Cuts, scales and writes in one go: most requests ask for no more.
 * @returns `null` if the plan asks for more than that
 */
export async function convert(
  original: Uint8Array | Pixels,
  sketch: Sketch,
  plan: Plan,
  output: Negotiated,
): Promise<Uint8Array | null> {
  if (!isPlain(sketch, plan, output)) return null;
  const format = output.format as RasterFormat;
  const { region, scaled, crop } = sketch.layout;
  const color = plan.background ?? (opaqueFormats.has(format) ? "ffffff" : null);
  const cut: Cut = { region, scaled, crop, background: color, fidelity: plan.fidelity };
  const spec = { format, quality: qualityFor(plan, format), small: false };
  for (const converter of convertersFor(sketch.info, cut, format)) {
    if (!(original instanceof Uint8Array)) return convertPixels(original, cut, spec);
    try {
      return await converter.convert(original, sketch.info, cut, spec);
    } catch (error) {
      // Codecs differ in what they forgive. If none of them reads the file, the decoder says what is wrong with it.
      if (!(error instanceof FreshetError) || error.code !== "image_broken") throw error;
    }
  }
  return null;
}

function isPlain({ layout, moving, keepProfile, whole }: Sketch, plan: Plan, output: Negotiated): boolean {
  return (
    layout.canvas === null &&
    !moving &&
    !keepProfile &&
    whole === null &&
    plan.background !== "auto" &&
    plan.flip === null &&
    plan.rotate === null &&
    plan.filters.length === 0 &&
    plan.radius === null &&
    plan.watermarks.length === 0 &&
    // These write more than once.
    plan.optipress === null &&
    !output.orSmallerJpeg
  );
}
