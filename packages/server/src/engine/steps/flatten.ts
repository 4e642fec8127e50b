import type { Color } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";

/** Lays the pixels on a color: what comes out has no alpha. */
export function flatten(pixels: Pixels, color: Color): Promise<Pixels> {
  if (pixels.channels === 3) return Promise.resolve(pixels);
  return collectPixels(openPixels(pixels).flatten({ background: `#${color}` }), pixels);
}
