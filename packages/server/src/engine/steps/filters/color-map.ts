import type { Pixels } from "../../pixels.ts";
import { collectPixels, openPixels } from "../../vips.ts";
import type { Rgb } from "../rgb.ts";

/** One channel of the result: how much of red, green and blue it takes. */
type Row = Rgb;

/**
 * A filter that treats each pixel alike and is a straight line in each channel: result = matrix × color + offset, in
 * sRGB levels from 0 to 255 and limited to them. Alpha stays as it is.
 */
export interface ColorMap {
  readonly matrix: readonly [Row, Row, Row];
  readonly offset: Rgb;
}

/** The same for each channel by itself. */
export function channelMap(factor: number, offset: Rgb): ColorMap {
  return {
    matrix: [
      [factor, 0, 0],
      [0, factor, 0],
      [0, 0, factor],
    ],
    offset,
  };
}

/** Colors the pixels, rounded to the nearest level. */
export function applyColorMap(pixels: Pixels, map: ColorMap): Promise<Pixels> {
  const opened = openPixels(pixels);
  if (isInversion(map)) return collectPixels(opened.negate({ alpha: false }), pixels);
  const { matrix, offset } = map;
  // libvips cuts fractions off: half a level more makes that a rounding.
  const offsets = offset.map((channel) => channel + 0.5);
  const factors = isChannelwise(map) ? matrix.map((row, at) => row[at] as number) : [1, 1, 1];
  const mixed = isChannelwise(map) ? opened : opened.recomb(matrix.map((row) => [...row]) as Matrix);
  const alpha = pixels.channels === 4;
  const work = mixed.linear(alpha ? [...factors, 1] : factors, alpha ? [...offsets, 0] : offsets);
  return collectPixels(work, pixels);
}

type Matrix = [[number, number, number], [number, number, number], [number, number, number]];

/**
 * Both maps in one pass over the pixels, or `null` where the first leaves the range of 0 to 255 for some color: then
 * what it cuts off is lost to the second, and they are not one map.
 */
export function fuseColorMaps(first: ColorMap, second: ColorMap): ColorMap | null {
  if (!staysInRange(first)) return null;
  const rowAfter = (row: Row): Row =>
    [0, 1, 2].map((column) => dot(row, columnOf(first, column))) as unknown as Row;
  const [red, green, blue] = second.matrix;
  return {
    matrix: [rowAfter(red), rowAfter(green), rowAfter(blue)],
    offset: [red, green, blue].map(
      (row, channel) => dot(row, first.offset) + (second.offset[channel] as number),
    ) as unknown as Rgb,
  };
}

function columnOf({ matrix }: ColorMap, column: number): Rgb {
  return matrix.map((row) => row[column]) as unknown as Rgb;
}

function dot(a: Rgb, b: Rgb): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Whether no color leaves 0 to 255; a hundredth of a level is forgiven, for sums of decimal fractions. */
function staysInRange({ matrix, offset }: ColorMap): boolean {
  return matrix.every((row, channel) => {
    const base = offset[channel] as number;
    const least = row.reduce((sum, factor) => sum + Math.min(0, factor * 255), base);
    const most = row.reduce((sum, factor) => sum + Math.max(0, factor * 255), base);
    return least >= -0.01 && most <= 255.01;
  });
}

function isChannelwise({ matrix }: ColorMap): boolean {
  return matrix.every((row, channel) => row.every((factor, at) => at === channel || factor === 0));
}

function isInversion(map: ColorMap): boolean {
  return (
    isChannelwise(map) &&
    map.matrix.every((row, channel) => row[channel] === -1) &&
    map.offset.every((channel) => channel === 255)
  );
}
