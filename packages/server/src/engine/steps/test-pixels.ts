import { frameBytes, type Pixels } from "../pixels.ts";
import { busy } from "../test-pictures.ts";

/** Test-only: decoded pictures made by hand, and how far two of them are apart. */

export type Channels = 3 | 4;

type Painter = (x: number, y: number, frame: number) => readonly number[];

/** `colorAt` gives as many channels as the picture has, or more. */
export function paint(
  width: number,
  height: number,
  channels: Channels,
  colorAt: Painter,
  frames = 1,
): Pixels {
  const data = new Uint8Array(width * height * channels * frames);
  for (let index = 0, at = 0; index < frames; index++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at += channels) data.set(colorAt(x, y, index).slice(0, channels), at);
    }
  }
  const delays = frames === 1 ? [] : Array.from({ length: frames }, (_, index) => 40 + index);
  return { data, width, height, channels, frames, delays, loop: frames === 1 ? 0 : 3, icc: null };
}

/**
 * Edges, lines and noise; with four channels transparent, opaque and half-transparent parts too; each frame darker than
 * the one before, so that one that bleeds into the next shows.
 */
export function busyPixels(width: number, height: number, channels: Channels, frames = 1): Pixels {
  const { rgba } = busy(width, height);
  return paint(
    width,
    height,
    channels,
    (x, y, index) => {
      const at = (y * width + x) * 4;
      const color = Array.from(rgba.subarray(at, at + 3), (level) => level / (index + 1));
      return [...color, Math.min(255, Math.max(0, Math.round(x * 12 - width * 3)))];
    },
    frames,
  );
}

export function pixelOf(pixels: Pixels, x: number, y: number, frame = 0): readonly number[] {
  const at = frame * frameBytes(pixels) + (y * pixels.width + x) * pixels.channels;
  return [...pixels.data.subarray(at, at + pixels.channels)];
}

/** Each pixel through a function that gets its channels, and gives as many. */
export function mapPixels(pixels: Pixels, change: (pixel: readonly number[]) => readonly number[]): Pixels {
  return paint(
    pixels.width,
    pixels.height,
    pixels.channels,
    (x, y, frame) => change(pixelOf(pixels, x, y, frame)).map(toLevel),
    pixels.frames,
  );
}

export function toLevel(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** What is seen: colors times alpha, and alpha. */
export function seen(pixels: Pixels): Float64Array {
  const { data, channels } = pixels;
  return Float64Array.from(data, (level, at) =>
    channels === 4 && at % 4 !== 3 ? (level * (data[at | 3] as number)) / 255 : level,
  );
}

/** Largest difference of what is seen; infinite where size, channels, frames or their times differ. */
export function worstDifference(a: Pixels, b: Pixels): number {
  if (!Bun.deepEquals(shapeOf(a), shapeOf(b))) return Number.POSITIVE_INFINITY;
  const [left, right] = [seen(a), seen(b)];
  return left.reduce((worst, level, at) => Math.max(worst, Math.abs(level - (right[at] as number))), 0);
}

/** Peak signal-to-noise ratio of what is seen, in dB. */
export function psnrOf(a: Pixels, b: Pixels): number {
  if (!Bun.deepEquals(shapeOf(a), shapeOf(b))) return Number.NEGATIVE_INFINITY;
  const [left, right] = [seen(a), seen(b)];
  const squares = left.reduce((sum, level, at) => sum + (level - (right[at] as number)) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / left.length));
}

export function shapeOf({ width, height, channels, frames, delays, loop, data }: Pixels): object {
  return { width, height, channels, frames, delays, loop, bytes: data.length };
}

/** Alpha of every pixel. */
export function alphaOf({ data, channels }: Pixels): Uint8Array {
  return data.filter((_, at) => channels === 4 && at % 4 === 3);
}

/** Every kind of picture that a step has to work on. */
export const kinds = [
  { channels: 3, frames: 1 },
  { channels: 3, frames: 3 },
  { channels: 4, frames: 1 },
  { channels: 4, frames: 3 },
] as const;
