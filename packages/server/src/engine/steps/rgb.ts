import type { Color } from "@freshet/core";

export type Rgb = readonly [red: number, green: number, blue: number];

/** The channels of a color, 0 to 255. */
export function rgbOf(color: Color): Rgb {
  const value = Number.parseInt(color, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The color of three channels; fractions are rounded. */
export function colorOf(rgb: Rgb): Color {
  return rgb.map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("");
}
