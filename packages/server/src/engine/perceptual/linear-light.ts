import type { Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";

/** Red, green and blue in linear light, 0 to 1, one plane each. */
export interface LinearPicture extends Size {
  readonly red: Float32Array;
  readonly green: Float32Array;
  readonly blue: Float32Array;
}

/** The transfer function of sRGB, IEC 61966-2-1, for each of the 256 values. */
const linearOf = Float32Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/**
 * Takes one still picture apart. Alpha lies on gray of the brightness `backdrop` (0 to 1, not linear): codecs blend
 * the bytes as they are, so this does too.
 */
export function toLinearLight(pixels: Pixels, backdrop: number): LinearPicture {
  const { data, width, height, channels } = pixels;
  const picture = emptyPicture(width, height);
  const { red, green, blue } = picture;
  const behind = backdrop * 255;
  for (let at = 0, from = 0; at < red.length; at++, from += channels) {
    let r = data[from] as number;
    let g = data[from + 1] as number;
    let b = data[from + 2] as number;
    if (channels === 4) {
      const opacity = (data[from + 3] as number) / 255;
      r = Math.round(behind + (r - behind) * opacity);
      g = Math.round(behind + (g - behind) * opacity);
      b = Math.round(behind + (b - behind) * opacity);
    }
    red[at] = linearOf[r] as number;
    green[at] = linearOf[g] as number;
    blue[at] = linearOf[b] as number;
  }
  return picture;
}

/** Half as wide and half as high, rounded up; the last pixel of an odd side counts twice. */
export function halve({ width, height, red, green, blue }: LinearPicture): LinearPicture {
  const half = emptyPicture((width + 1) >> 1, (height + 1) >> 1);
  halvePlane(red, width, height, half.red);
  halvePlane(green, width, height, half.green);
  halvePlane(blue, width, height, half.blue);
  return half;
}

function halvePlane(plane: Float32Array, width: number, height: number, half: Float32Array): void {
  for (let y = 0, at = 0; y < height; y += 2) {
    const above = y * width;
    const below = y + 1 < height ? above + width : above;
    for (let x = 0; x < width; x += 2, at++) {
      const next = x + 1 < width ? x + 1 : x;
      half[at] =
        ((plane[above + x] as number) +
          (plane[above + next] as number) +
          (plane[below + x] as number) +
          (plane[below + next] as number)) /
        4;
    }
  }
}

function emptyPicture(width: number, height: number): LinearPicture {
  const plane = () => new Float32Array(width * height);
  return { width, height, red: plane(), green: plane(), blue: plane() };
}
