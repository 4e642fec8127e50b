import type { Backdrop, Color, Size } from "@freshet/core";
import { mapFrames, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";
import { fade } from "./fade.ts";
import { blur } from "./filters/blur.ts";
import { applyColorMap } from "./filters/color-map.ts";
import { colorize } from "./filters/colorize.ts";
import { flatten } from "./flatten.ts";
import { layOver } from "./lay-over.ts";
import { paste } from "./paste.ts";

/**
 * Lays each frame, its corner at `left` and `top`, on a blurred copy of itself that fills the canvas. The copy may let
 * the background through: a color, or `null` for transparent (then the result has alpha).
 */
export function layOnBackdrop(
  pixels: Pixels,
  size: Size,
  left: number,
  top: number,
  backdrop: Backdrop,
  background: Color | null,
): Promise<Pixels> {
  return mapFrames(pixels, async (frame) => {
    const filled = await fill(frame, size, backdrop);
    const behind = await dim(filled, backdrop.opacity, background);
    if (frame.channels === 4) return layOver(behind, frame, left, top);
    const picture =
      behind.channels === 4 ? await collectPixels(openPixels(frame).ensureAlpha(), frame) : frame;
    return paste(behind, picture, left, top);
  });
}

/** Scaled until it covers the canvas, cut to it, blurred and tinted. */
async function fill(frame: Pixels, { width, height }: Size, backdrop: Backdrop): Promise<Pixels> {
  const covering = openPixels(frame).resize(width, height, { fit: "cover", position: backdrop.gravity });
  const soft = await blur(await collectPixels(covering, frame), { sigma: backdrop.blur });
  return backdrop.colorize === null
    ? soft
    : collectPixels(openPixels(soft).tint(`#${backdrop.colorize}`), soft);
}

/** Mixed with the background, or, without one, with alpha as low as the opacity. */
async function dim(filled: Pixels, opacity: number, background: Color | null): Promise<Pixels> {
  if (background !== null) {
    const opaque = flatten(filled, background);
    return opacity === 1
      ? opaque
      : applyColorMap(opaque, colorize({ color: background, opacity: 1 - opacity }));
  }
  if (opacity === 1) return filled;
  return collectPixels(fade(openPixels(filled), filled.channels, opacity), filled);
}
