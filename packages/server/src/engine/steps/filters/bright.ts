import { type ColorMap, channelMap } from "./color-map.ts";

/** Adds `offset` levels, -255 to 255, to each channel. */
export function bright({ offset }: { readonly offset: number }): ColorMap {
  return channelMap(1, [offset, offset, offset]);
}
