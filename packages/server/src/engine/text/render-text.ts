import { serverLimits } from "../../limits.ts";
import type { Pixels } from "../pixels.ts";
import { drawText, type TextInput } from "./draw-text.ts";

/**
 * One line of text as a picture: as wide as its ink, as high as its font. Text that is all spaces, or that no font has
 * letters for, is a transparent pixel.
 */
export async function renderText(input: Omit<TextInput, "limitSide">): Promise<Pixels> {
  const { text, font, size, shrink, color, maxWidth, maxHeight } = input;
  const limitSide = Math.min(
    serverLimits.textSide,
    Math.floor(serverLimits.textPixels / Math.max(1, size * 1.3)),
  );
  const job = { text, font, size, shrink, color, maxWidth, maxHeight, limitSide };
  const drawn = await drawText(job);
  return { ...drawn, channels: 4, frames: 1, delays: [], loop: 0, icc: null };
}
