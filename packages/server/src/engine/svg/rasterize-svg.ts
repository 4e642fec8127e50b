import type { Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { drawSvg } from "./draw-svg.ts";

/**
 * Draws an SVG file at exactly a size.
 * @param natural the drawing's own size
 * @throws FreshetError `image_broken`, `original_too_large`
 */
export async function rasterizeSvg(bytes: Uint8Array, natural: Size, size: Size): Promise<Pixels> {
  const drawn = await drawSvg({ bytes, natural, size });
  return { ...drawn, channels: 4, frames: 1, delays: [], loop: 0, icc: null };
}
