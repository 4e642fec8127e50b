import { FreshetError, type Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";

/**
 * A still picture in sRGB out of what a decoder gave.
 * @throws FreshetError `image_broken` if it is not of the size that the file's header named
 */
export function stillPixels(data: Uint8Array, { width, height }: Size, channels: 3 | 4): Pixels {
  if (data.length !== width * height * channels) {
    throw new FreshetError("image_broken", "the picture is not of the size that its header names");
  }
  return { data, width, height, channels, frames: 1, delays: [], loop: 0, icc: null };
}
