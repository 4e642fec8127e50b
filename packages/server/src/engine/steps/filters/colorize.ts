import type { Color } from "@freshet/core";
import { rgbOf } from "../rgb.ts";
import { type ColorMap, channelMap } from "./color-map.ts";

/** A layer of one color, opacity 0 to 1, over what is visible: alpha stays as it is. */
export function colorize({ color, opacity }: { readonly color: Color; readonly opacity: number }): ColorMap {
  const [red, green, blue] = rgbOf(color);
  return channelMap(1 - opacity, [red * opacity, green * opacity, blue * opacity]);
}
