import { type ColorMap, channelMap } from "./color-map.ts";

/**
 * Spreads the levels around the middle of the range, by the formula of the vendor's image editor (Konva's `Contrast`,
 * with its -100 to 100): factor ((100 + percent) / 100)², so 0 changes nothing and 100 is four times as steep.
 */
export function contrast({ percent }: { readonly percent: number }): ColorMap {
  const factor = ((100 + percent) / 100) ** 2;
  const offset = 127.5 * (1 - factor);
  return channelMap(factor, [offset, offset, offset]);
}
