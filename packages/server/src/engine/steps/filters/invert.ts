import { type ColorMap, channelMap } from "./color-map.ts";

/**
 * The negative: `invert(1)` of Filter Effects Module Level 1, on sRGB values.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#invertEquivalent
 */
export function invert(): ColorMap {
  return channelMap(-1, [255, 255, 255]);
}
