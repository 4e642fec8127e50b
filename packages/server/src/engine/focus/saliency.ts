import type { Size } from "@freshet/core";
import { frameOf, type Pixels } from "../pixels.ts";
import { boxSum, sumTable } from "./sum-table.ts";

/** How much each pixel stands out; all zeros where there is no contrast. */
export type SaliencyMap = Float32Array;

/** How far the surroundings reach that a pixel is compared with, as shares of the longer side: near and wide. */
const reaches = [1 / 64, 1 / 8] as const;
/** Differences of color count more than those of brightness, which shadows and skies have as well. */
const colorWeight = 2;
/** Contrast up to this is the noise of cameras and codecs; black and white are 1 apart. */
const noise = 2 / 255;
/** Standard deviation of the weight around the middle, in half sides: that is where people put what they photograph. */
const middle = 0.7;

/** Brightness, two differences of color, and opacity, 0 to 1; the first three are multiplied by the last. */
type Planes = readonly [Float32Array, Float32Array, Float32Array, Float32Array];
type Tables = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/**
 * Contrast of each pixel with its near and its wide surroundings, in brightness, color and opacity, weighted by how near
 * the middle it is: the center-surround part of Itti, Koch and Niebur, "A Model of Saliency-Based Visual Attention for
 * Rapid Scene Analysis" (1998). Transparent pixels do not stand out, whatever color is hidden in them. Of an animation,
 * the first frame.
 */
export function saliency(pixels: Pixels): SaliencyMap {
  const planes = toPlanes(pixels);
  const table = (index: 0 | 1 | 2 | 3) => sumTable(planes[index], pixels);
  const tables: Tables = [table(0), table(1), table(2), table(3)];
  const map = new Float32Array(pixels.width * pixels.height);
  for (const reach of reaches) {
    const radius = Math.max(1, Math.round(reach * Math.max(pixels.width, pixels.height)));
    addShares(map, contrast(planes, tables, pixels, radius));
  }
  favorMiddle(map, pixels);
  return map;
}

function toPlanes(pixels: Pixels): Planes {
  const { data, channels } = frameOf(pixels, 0);
  const count = pixels.width * pixels.height;
  const plane = () => new Float32Array(count);
  const planes: Planes = [plane(), plane(), plane(), plane()];
  const [brightness, redness, blueness, opacity] = planes;
  for (let at = 0, from = 0; at < count; at++, from += channels) {
    const alpha = channels === 4 ? (data[from + 3] as number) / 255 : 1;
    const red = ((data[from] as number) / 255) * alpha;
    const green = ((data[from + 1] as number) / 255) * alpha;
    const blue = ((data[from + 2] as number) / 255) * alpha;
    // Rec. 601's brightness and color differences, without the offset.
    const luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    brightness[at] = luma;
    redness[at] = 0.713 * (red - luma);
    blueness[at] = 0.564 * (blue - luma);
    opacity[at] = alpha;
  }
  return planes;
}

/** Distance of each pixel from the mean of the square around it, as far as that lies in the picture and is opaque. */
function contrast(
  [brightness, redness, blueness, opacity]: Planes,
  [brightnessSums, rednessSums, bluenessSums, opacitySums]: Tables,
  { width, height }: Size,
  radius: number,
): Float32Array {
  const out = new Float32Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - radius), Math.min(height, y + radius + 1)];
    for (let x = 0; x < width; x++, at++) {
      const alpha = opacity[at] as number;
      if (alpha === 0) continue;
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const around = boxSum(opacitySums, width, left, top, right, bottom);
      const light =
        (brightness[at] as number) / alpha - boxSum(brightnessSums, width, left, top, right, bottom) / around;
      const red =
        (redness[at] as number) / alpha - boxSum(rednessSums, width, left, top, right, bottom) / around;
      const blue =
        (blueness[at] as number) / alpha - boxSum(bluenessSums, width, left, top, right, bottom) / around;
      const cover = alpha - around / ((right - left) * (bottom - top));
      const distance = Math.sqrt(
        light * light + colorWeight ** 2 * (red * red + blue * blue) + cover * cover,
      );
      out[at] = alpha * Math.max(0, distance - noise);
    }
  }
  return out;
}

/** Scaled to a mean of 1, so that near and wide contrast count alike. */
function addShares(map: SaliencyMap, contrasts: Float32Array): void {
  const mean = contrasts.reduce((sum, value) => sum + value, 0) / contrasts.length;
  if (mean === 0) return;
  for (let at = 0; at < map.length; at++) map[at] = (map[at] as number) + (contrasts[at] as number) / mean;
}

function favorMiddle(map: SaliencyMap, { width, height }: Size): void {
  const across = middleWeights(width);
  const down = middleWeights(height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      map[at] = (map[at] as number) * (across[x] as number) * (down[y] as number);
    }
  }
}

function middleWeights(side: number): Float64Array {
  return Float64Array.from({ length: side }, (_, at) => {
    const distance = ((at + 0.5) / side) * 2 - 1;
    return Math.exp(-(distance ** 2) / (2 * middle ** 2));
  });
}
