import type { Box } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFrames } from "../vips.ts";

/** Cuts a box out of each frame; it has to lie within the frame. */
export function crop(pixels: Pixels, { left, top, width, height }: Box): Promise<Pixels> {
  if (width === pixels.width && height === pixels.height) return Promise.resolve(pixels);
  return collectPixels(openFrames(pixels).extract({ left, top, width, height }), pixels);
}
