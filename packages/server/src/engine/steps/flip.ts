import type { Flip } from "@freshet/core";
import { mapFrames, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";

/** Mirrors left to right (`h`), turns upside down (`v`), or both. */
export function flip(pixels: Pixels, flip: Flip): Promise<Pixels> {
  if (flip === "h") return collectPixels(openPixels(pixels).flop(), pixels);
  return mapFrames(pixels, (frame) => {
    const opened = openPixels(frame).flip();
    return collectPixels(flip === "hv" ? opened.flop() : opened, frame);
  });
}
