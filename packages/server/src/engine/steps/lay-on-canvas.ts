import type { Color, Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFrames } from "../vips.ts";
import { flatten } from "./flatten.ts";

/**
 * Lays each frame on a larger canvas, its corner at `left` and `top`. The canvas is of one color, which also shows
 * through what is transparent; or, where that is `null`, transparent, and the result has alpha.
 */
export async function layOnCanvas(
  pixels: Pixels,
  size: Size,
  left: number,
  top: number,
  background: Color | null,
): Promise<Pixels> {
  const laid = background === null ? pixels : flatten(pixels, background);
  const right = size.width - left - pixels.width;
  const bottom = size.height - top - pixels.height;
  if (left === 0 && top === 0 && right === 0 && bottom === 0) return laid;
  const fill = background === null ? { r: 0, g: 0, b: 0, alpha: 0 } : `#${background}`;
  return collectPixels(openFrames(laid).extend({ left, top, right, bottom, background: fill }), laid);
}
