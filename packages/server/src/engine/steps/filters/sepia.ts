import type { ColorMap } from "./color-map.ts";

/**
 * The brown of old photographs: `sepia(1)` of Filter Effects Module Level 1, on sRGB values.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#sepiaEquivalent
 */
export function sepia(): ColorMap {
  return {
    matrix: [
      [0.393, 0.769, 0.189],
      [0.349, 0.686, 0.168],
      [0.272, 0.534, 0.131],
    ],
    offset: [0, 0, 0],
  };
}
