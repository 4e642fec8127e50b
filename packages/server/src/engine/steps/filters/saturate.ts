import type { ColorMap } from "./color-map.ts";

/**
 * `percent` -100 takes all color away, 100 doubles it: `saturate(1 + percent / 100)` of Filter Effects Module Level 1,
 * whose matrix is that of SVG's `feColorMatrix`, on sRGB values.
 *
 * @see https://www.w3.org/TR/filter-effects-1/#saturateEquivalent
 */
export function saturate({ percent }: { readonly percent: number }): ColorMap {
  const amount = 1 + percent / 100;
  return {
    matrix: [
      [0.213 + 0.787 * amount, 0.715 - 0.715 * amount, 0.072 - 0.072 * amount],
      [0.213 - 0.213 * amount, 0.715 + 0.285 * amount, 0.072 - 0.072 * amount],
      [0.213 - 0.213 * amount, 0.715 - 0.715 * amount, 0.072 + 0.928 * amount],
    ],
    offset: [0, 0, 0],
  };
}
