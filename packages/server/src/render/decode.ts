import type { Pixels } from "../engine/pixels.ts";
import { decoderFor } from "../engine/planner.ts";
import { scalePixels } from "../engine/sharp-decoder.ts";
import type { Sketch } from "./sketch.ts";

/** The part of the original that is used, in the size in which it is used. */
export function decode(original: Uint8Array | Pixels, sketch: Sketch): Promise<Pixels> {
  const { info, layout, moving, keepProfile, fidelity, whole } = sketch;
  const wanted = { region: layout.region, size: layout.scaled, moving, keepProfile, fidelity };
  if (whole && !moving) return scalePixels(whole, wanted);
  return original instanceof Uint8Array
    ? decoderFor(info).decode(original, info, wanted)
    : scalePixels(original, wanted);
}
