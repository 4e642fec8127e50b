import { describe, expect, test } from "bun:test";
import type { Pixels } from "../../pixels.ts";
import { busyPixels, kinds, paint, pixelOf, psnrOf, shapeOf, worstDifference } from "../test-pixels.ts";
import { blur } from "./blur.ts";

/** Gaussian blur as the textbook has it: two passes in floating point, edges extended, alpha multiplied in. */
function reference(pixels: Pixels, sigma: number): Pixels {
  const { width, height, channels, frames } = pixels;
  const reach = Math.ceil(sigma * 4);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-((at - reach) ** 2) / (2 * sigma ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const within = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  const pass = (from: Float64Array, dx: number, dy: number) =>
    Float64Array.from(from, (_, at) => {
      const channel = at % channels;
      const x = Math.floor(at / channels) % width;
      const line = Math.floor(at / channels / width);
      const y = line % height;
      let sum = 0;
      weights.forEach((weight, index) => {
        const fromX = within(x + (index - reach) * dx, width);
        const fromY = line - y + within(y + (index - reach) * dy, height);
        sum += weight * (from[(fromY * width + fromX) * channels + channel] as number);
      });
      return sum / total;
    });
  const { data } = pixels;
  const multiplied = Float64Array.from(data, (level, at) =>
    channels === 4 && at % 4 !== 3 ? (level * (data[at | 3] as number)) / 255 : level,
  );
  const blurred = pass(pass(multiplied, 1, 0), 0, 1);
  return paint(
    width,
    height,
    channels,
    (x, y, frame) => {
      const at = ((frame * height + y) * width + x) * channels;
      const [r = 0, g = 0, b = 0, alpha = 255] = blurred.subarray(at, at + channels);
      return alpha < 0.5
        ? [0, 0, 0, 0]
        : [...[r, g, b].map((level) => Math.min(255, (level * 255) / alpha)), alpha].map(Math.round);
    },
    frames,
  );
}

describe("blur", () => {
  // The first three in floating point, the next with libvips' whole numbers, the last on a smaller copy.
  for (const sigma of [0.4, 0.8, 1, 1.1, 1.5, 2, 3, 5, 8, 12, 15.9, 16, 20, 31, 33]) {
    test(`is the textbook's Gaussian at sigma ${sigma}: at least 44 dB`, async () => {
      const picture = busyPixels(120, 90, 3);
      expect(psnrOf(await blur(picture, { sigma }), reference(picture, sigma))).toBeGreaterThan(44);
    });
  }

  test("wide blurs are as true at the edges of the picture as inside: no level off by more than 6", async () => {
    const picture = busyPixels(90, 70, 3);
    for (const sigma of [20, 33]) {
      expect(worstDifference(await blur(picture, { sigma }), reference(picture, sigma))).toBeLessThanOrEqual(
        6,
      );
    }
  });

  for (const { channels, frames } of kinds) {
    for (const sigma of [0.7, 4, 18]) {
      // On the way to the smaller copy and back, eight bits are multiplied by alpha twice: a level and a half is lost.
      const least = channels === 4 && sigma === 18 ? 39 : 42;
      test(`with ${channels} channels and ${frames} frames, sigma ${sigma}: at least ${least} dB`, async () => {
        const picture = busyPixels(60, 50, channels, frames);
        const blurred = await blur(picture, { sigma });
        expect(shapeOf(blurred)).toEqual(shapeOf(picture));
        expect(psnrOf(blurred, reference(picture, sigma))).toBeGreaterThan(least);
      });
    }
  }

  for (const sigma of [0.3, 0.5, 1, 1.1, 2, 2.5, 4, 5, 7, 10, 14, 16, 25, 40, 64, 77.7, 100]) {
    test(`what is flat stays so at sigma ${sigma}, up to the edges`, async () => {
      for (const level of [1, 127, 200, 254, 255]) {
        const flat = paint(45, 33, 3, () => [level, 255 - level, level]);
        expect((await blur(flat, { sigma })).data).toEqual(Buffer.from(flat.data));
      }
    });

    test(`the mean is kept at sigma ${sigma}`, async () => {
      // Dark to the edges, so that what is extended there does not count.
      const size = 60 + Math.ceil(sigma * 6);
      const light = paint(size, size, 3, (x, y) =>
        Math.hypot(x - size / 2, y - size / 2) < 20 ? [240, 120, 60] : [20, 20, 20],
      );
      const mean = ({ data }: Pixels) => data.reduce((sum, level) => sum + level, 0) / data.length;
      expect(Math.abs(mean(await blur(light, { sigma })) - mean(light))).toBeLessThan(0.8);
    });
  }

  test("cut-out objects get no dark rim: their color stays, whatever hides in what is transparent", async () => {
    const cutOut = paint(40, 40, 4, (x) => (x < 20 ? [250, 200, 100, 255] : [0, 0, 0, 0]));
    for (const sigma of [0.8, 3, 20]) {
      const blurred = await blur(cutOut, { sigma });
      for (let x = 0; x < 40; x++) {
        const [red, green, blue, alpha] = pixelOf(blurred, x, 20) as [number, number, number, number];
        // Below that, eight bits of what is seen do not tell the color.
        if (alpha < 64) continue;
        expect(Math.abs(red - 250)).toBeLessThanOrEqual(12);
        expect(Math.abs(green - 200)).toBeLessThanOrEqual(12);
        expect(Math.abs(blue - 100)).toBeLessThanOrEqual(12);
      }
    }
  });

  test("frames do not bleed into each other", async () => {
    const frames = paint(30, 20, 3, (_x, _y, frame) => Array(3).fill([255, 0, 128][frame]), 3);
    for (const sigma of [0.6, 5, 30]) expect((await blur(frames, { sigma })).data).toEqual(frames.data);
  });

  test("next to no blur is none", async () => {
    const picture = busyPixels(10, 10, 3);
    expect(await blur(picture, { sigma: 0.1 })).toBe(picture);
  });

  test("a picture of one pixel, and one that is a line, can be blurred", async () => {
    for (const [width, height] of [
      [1, 1],
      [50, 1],
      [1, 50],
    ] as const) {
      for (const sigma of [0.5, 6, 100]) {
        const blurred = await blur(
          paint(width, height, 4, () => [9, 8, 7, 255]),
          { sigma },
        );
        expect([blurred.width, blurred.height]).toEqual([width, height]);
        expect(pixelOf(blurred, 0, 0)).toEqual([9, 8, 7, 255]);
      }
    }
  });
});
