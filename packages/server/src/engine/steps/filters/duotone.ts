import type { Color } from "@freshet/core";
import { type Rgb, rgbOf } from "../rgb.ts";
import type { ColorMap } from "./color-map.ts";
import { luminance } from "./grey.ts";

/** Two colors instead of black and white: the lightness of a pixel is its place on the line from `dark` to `light`. */
export function duotone({ dark, light }: { readonly dark: Color; readonly light: Color }): ColorMap {
  const from = rgbOf(dark);
  const to = rgbOf(light);
  const row = (channel: 0 | 1 | 2): Rgb => {
    const share = (to[channel] - from[channel]) / 255;
    return [luminance[0] * share, luminance[1] * share, luminance[2] * share];
  };
  return { matrix: [row(0), row(1), row(2)], offset: from };
}
