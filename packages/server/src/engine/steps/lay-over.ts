import type { Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { crop } from "./crop.ts";
import { paste } from "./paste.ts";

/**
 * Lays a still picture with alpha over each frame, its corner at `left` and `top`; it has to lie within the frame. Only
 * what is below it is composed: libvips would take every pixel apart and put it together again.
 */
export async function layOver(base: Pixels, still: Pixels, left: number, top: number): Promise<Pixels> {
  const { width, height } = still;
  const below = await crop(base, { left, top, width, height });
  const input = Buffer.from(still.data.buffer, still.data.byteOffset, still.data.byteLength);
  const raw = { width, height, channels: still.channels };
  // Tiled, so that it lies on each frame of the roll.
  const composed = openPixels(below).composite([{ input, raw, tile: base.frames > 1, gravity: "northwest" }]);
  const pieces = await collectPixels(base.channels === 3 ? composed.removeAlpha() : composed, below);
  return width === base.width && height === base.height ? pieces : paste(base, pieces, left, top);
}
