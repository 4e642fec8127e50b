import { rotatedSize } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { paint, pixelOf } from "./test-pixels.ts";

/**
 * Test-only. Turned about the middle, counter-clockwise, by bicubic interpolation (Catmull-Rom) in floating point; beyond the edges
 * lies the background, colors are weighted by their alpha.
 */
export function referenceRotate(
  pixels: Pixels,
  degrees: number,
  background: readonly [number, number, number, number],
): Pixels {
  const { width, height, channels, frames } = pixels;
  const size = rotatedSize(pixels, degrees);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const cubic = (distance: number) => {
    const d = Math.abs(distance);
    if (d >= 2) return 0;
    return d < 1 ? 1.5 * d ** 3 - 2.5 * d ** 2 + 1 : -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2;
  };
  const result = background[3] === 0 ? 4 : channels;
  return paint(
    size.width,
    size.height,
    result,
    (x, y, frame) => {
      const [u, v] = [x + 0.5 - size.width / 2, y + 0.5 - size.height / 2];
      const [fromX, fromY] = [cos * u - sin * v + width / 2 - 0.5, sin * u + cos * v + height / 2 - 0.5];
      const sums = [0, 0, 0, 0];
      for (let row = Math.floor(fromY) - 1; row <= Math.floor(fromY) + 2; row++) {
        for (let column = Math.floor(fromX) - 1; column <= Math.floor(fromX) + 2; column++) {
          const weight = cubic(fromX - column) * cubic(fromY - row);
          const inside = column >= 0 && row >= 0 && column < width && row < height;
          const [r = 0, g = 0, b = 0, alpha = 255] = inside
            ? pixelOf(pixels, column, row, frame)
            : background;
          const share = (weight * alpha) / 255;
          [r, g, b].forEach((level, channel) => {
            sums[channel] = (sums[channel] as number) + share * level;
          });
          sums[3] = (sums[3] as number) + share * 255;
        }
      }
      const alpha = Math.min(255, Math.max(0, sums[3] as number));
      const level = (sum: number) =>
        Math.round(Math.min(255, Math.max(0, alpha === 0 ? 0 : (sum * 255) / alpha)));
      return [...sums.slice(0, 3).map(level), Math.round(alpha)];
    },
    frames,
  );
}
