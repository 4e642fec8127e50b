import { mediaTypes, type Negotiated, type Plan, qualityFor } from "@freshet/core";
import type { Entry } from "../cache/store.ts";
import type { RasterFormat } from "../engine/engine.ts";
import { findQuality } from "../engine/perceptual/find-quality.ts";
import type { Pixels } from "../engine/pixels.ts";
import { encoderFor } from "../engine/planner.ts";

/** Writes the result in the format that was agreed on, or as JPEG where that may be and is smaller. */
export async function encode(pixels: Pixels, plan: Plan, output: Negotiated): Promise<Entry> {
  const format = output.format as RasterFormat;
  const entry = await encodeAs(pixels, plan, format);
  // A transparent picture has no JPEG that could stand for it, and a moving one none at all.
  if (!output.orSmallerJpeg || format === "jpeg" || pixels.channels === 4 || pixels.frames > 1) return entry;
  const jpeg = await encodeAs(pixels, plan, "jpeg");
  return jpeg.bytes.byteLength < entry.bytes.byteLength ? jpeg : entry;
}

async function encodeAs(pixels: Pixels, plan: Plan, format: RasterFormat): Promise<Entry> {
  const { optipress } = plan;
  const quality = qualityFor(plan, format);
  const type = mediaTypes[format];
  const encodeWith = (part: Pixels, quality: number | null) =>
    encoderFor(part, format, plan.fidelity).encode(part, { format, quality, small: optipress !== null });
  if (optipress === null || quality !== null) return { bytes: await encodeWith(pixels, quality), type };
  return { bytes: (await findQuality(pixels, format, optipress, encodeWith)).bytes, type };
}
