import { placeMark, type Size, type Watermark } from "@freshet/core";
import { frameOf, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { fade } from "./fade.ts";
import { layOver } from "./lay-over.ts";

/**
 * Lays a mark on each frame, where and as large and as opaque as `watermark` says; of an animated mark the first frame.
 * What lies beyond the edges is cut off, if need be all of it.
 */
export async function layWatermark(
  pixels: Pixels,
  mark: Pixels,
  watermark: Pick<Watermark, "place" | "scale" | "opacity">,
): Promise<Pixels> {
  const { size, left, top } = placeMark(pixels, mark, watermark);
  const visible = {
    left: Math.max(0, -left),
    top: Math.max(0, -top),
    width: Math.min(pixels.width, left + size.width) - Math.max(0, left),
    height: Math.min(pixels.height, top + size.height) - Math.max(0, top),
  };
  if (visible.width <= 0 || visible.height <= 0 || watermark.opacity === 0) return pixels;
  const still = await prepare(frameOf(mark, 0), size, visible, watermark.opacity);
  return layOver(pixels, still, Math.max(0, left), Math.max(0, top));
}

/** The visible part of the scaled mark, its alpha multiplied by the opacity. */
function prepare(
  mark: Pixels,
  size: Size,
  visible: Size & { readonly left: number; readonly top: number },
  opacity: number,
): Promise<Pixels> {
  const scaled = openPixels(mark).resize(size.width, size.height, { fit: "fill" }).extract(visible);
  return collectPixels(fade(scaled, mark.channels, opacity), mark);
}
