import { type Color, type Raster, raster } from "../test-pictures.ts";

/** Test-only: a picture, and what may be done to it, in whole numbers, so that it is the same on every machine. */

/** Red grows to the right, green downwards, blue is a checkerboard of 8 pixels; all with a little noise. */
export function scene(width: number, height: number): Raster {
  return raster(width, height, (x, y) => {
    const grain = noise(x, y, 16);
    const red = Math.floor((x * 239) / (width - 1)) + grain;
    const green = Math.floor((y * 239) / (height - 1)) + grain;
    const blue = ((x >> 3) + (y >> 3)) % 2 === 0 ? 64 + grain : 176 + grain;
    return [red, green, blue, 255];
  });
}

/** 0 to `below` - 1, without a pattern to the eye. */
function noise(x: number, y: number, below: number): number {
  let hash = Math.imul(x + 1, 374_761_393) ^ Math.imul(y + 1, 668_265_263);
  hash = Math.imul(hash ^ (hash >>> 13), 1_274_126_177);
  return ((hash ^ (hash >>> 16)) >>> 0) % below;
}

type Damage = (picture: Raster) => Raster;

/** Ways to spoil a picture. */
export const damages = {
  "16 levels a channel": each((value) => (value & 0xf0) | 8),
  "4 levels a channel": each((value) => (value & 0xc0) | 32),
  "10 brighter": each((value) => Math.min(255, value + 10)),
  "blue 30 brighter": each((value, channel) => (channel === 2 ? Math.min(255, value + 30) : value)),
  gray: (picture) =>
    from(picture, (at) => {
      const [red, green, blue] = at(0, 0);
      const gray = Math.floor((red + green + blue) / 3);
      return [gray, gray, gray, 255];
    }),
  "one pixel to the left": (picture) => from(picture, (at) => at(1, 0)),
  "mean of 3×3": (picture) =>
    from(picture, (at) => mean([-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => at(x, y))))),
  "mean of two columns": (picture) => from(picture, (at) => mean([at(0, 0), at(1, 0)])),
  "blocks of 4×4": (picture) => from(picture, (at, x, y) => at(-(x % 4), -(y % 4))),
  "noise of ±12": (picture) =>
    from(picture, (at, x, y) => {
      const [red, green, blue] = at(0, 0);
      const offset = noise(y, x, 25) - 12;
      return [clamp(red + offset), clamp(green + offset), clamp(blue + offset), 255];
    }),
} as const satisfies Record<string, Damage>;

function each(change: (value: number, channel: number) => number): Damage {
  return (picture) =>
    from(picture, (at) => {
      const [red, green, blue, alpha] = at(0, 0);
      return [change(red, 0), change(green, 1), change(blue, 2), alpha];
    });
}

/** @param colorAt is given a look at the pixels around, by offset; beyond the edge the last one goes on */
function from(
  { width, height, rgba }: Raster,
  colorAt: (at: (dx: number, dy: number) => Color, x: number, y: number) => Color,
): Raster {
  return raster(width, height, (x, y) =>
    colorAt(
      (dx, dy) => {
        const column = Math.min(width - 1, Math.max(0, x + dx));
        const row = Math.min(height - 1, Math.max(0, y + dy));
        return [
          ...rgba.subarray((row * width + column) * 4, (row * width + column) * 4 + 4),
        ] as unknown as Color;
      },
      x,
      y,
    ),
  );
}

function mean(colors: readonly Color[]): Color {
  const channel = (index: number) =>
    Math.floor(colors.reduce((sum, color) => sum + (color[index] as number), 0) / colors.length);
  return [channel(0), channel(1), channel(2), 255];
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, value));
}
