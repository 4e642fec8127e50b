import type { Rgb } from "../rgb.ts";
import type { ColorMap } from "./color-map.ts";

/** What each channel adds to the lightness of a color. */
export const luminance: Rgb = [0.2126, 0.7152, 0.0722];

/**
 * No color: `grayscale(1)` of Filter Effects Module Level 1, on sRGB values.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#grayscaleEquivalent
 */
export function grey(): ColorMap {
  return { matrix: [luminance, luminance, luminance], offset: [0, 0, 0] };
}
