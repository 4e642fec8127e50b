import { describe, expect, test } from "bun:test";
import { rotatedSize } from "@freshet/core";
import fc from "fast-check";
import type { Pixels } from "../pixels.ts";
import { referenceRotate } from "./reference-rotate.ts";
import { rotate } from "./rotate.ts";
import {
  alphaOf,
  busyPixels,
  kinds,
  paint,
  pixelOf,
  psnrOf,
  shapeOf,
  worstDifference,
} from "./test-pixels.ts";

describe("rotate by quarters", () => {
  for (const { channels, frames } of kinds) {
    const picture = busyPixels(13, 7, channels, frames);
    // Where the pixel at x, y goes, counter-clockwise.
    const moved = {
      90: (x: number, y: number) => [y, 12 - x] as const,
      180: (x: number, y: number) => [12 - x, 6 - y] as const,
      270: (x: number, y: number) => [6 - y, x] as const,
    };
    for (const degrees of [90, 180, 270] as const) {
      test(`${degrees} moves every pixel and changes none, ${channels} channels, ${frames} frames`, async () => {
        const turned = await rotate(picture, degrees, "ffffff");
        expect({ ...turned, ...rotatedSize(picture, degrees) }).toMatchObject(turned);
        expect([turned.channels, turned.frames, turned.delays]).toEqual([channels, frames, picture.delays]);
        for (let frame = 0; frame < frames; frame++) {
          for (let y = 0; y < 7; y++) {
            for (let x = 0; x < 13; x++) {
              expect(pixelOf(turned, ...moved[degrees](x, y), frame)).toEqual(pixelOf(picture, x, y, frame));
            }
          }
        }
      });
    }

    test(`four quarters change nothing, ${channels} channels, ${frames} frames`, async () => {
      let turned: Pixels = picture;
      for (let quarter = 0; quarter < 4; quarter++) turned = await rotate(turned, 90, null);
      expect(shapeOf(turned)).toEqual(shapeOf(picture));
      expect(Buffer.from(turned.data)).toEqual(Buffer.from(picture.data));
    });
  }

  test("by none, or by whole turns, is the picture itself", async () => {
    const picture = busyPixels(5, 4, 3);
    for (const degrees of [0, 360, -720]) expect(await rotate(picture, degrees, null)).toBe(picture);
  });

  test("below zero is the other way round", async () => {
    const picture = busyPixels(9, 5, 3);
    expect((await rotate(picture, -90, null)).data).toEqual((await rotate(picture, 270, null)).data);
  });
});

describe("rotate by any angle", () => {
  const angles = [0.4, 10, 30, 45, 89.6, 123, 179.5, 180.5, 200, 269.7, 311, 359.5];
  for (const degrees of angles) {
    test(`${degrees} degrees is the textbook's bicubic on a color: at least 45 dB`, async () => {
      const picture = busyPixels(61, 43, 3);
      const turned = await rotate(picture, degrees, "3060c0");
      expect(psnrOf(turned, referenceRotate(picture, degrees, [48, 96, 192, 255]))).toBeGreaterThan(45);
    });
  }

  for (const { channels, frames } of kinds) {
    for (const background of ["3060c0", null]) {
      test(`with ${channels} channels and ${frames} frames on ${background}: at least 44 dB`, async () => {
        const picture = busyPixels(50, 41, channels, frames);
        const turned = await rotate(picture, 33, background);
        expect(turned.channels).toBe(background === null ? 4 : channels);
        const expected = referenceRotate(
          picture,
          33,
          background === null ? [0, 0, 0, 0] : [48, 96, 192, 255],
        );
        expect(shapeOf(turned)).toEqual(shapeOf(expected));
        expect(psnrOf(turned, expected)).toBeGreaterThan(44);
      });
    }
  }

  test("the size is core's, and nothing of the picture is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 8, max: 60 }),
        fc.integer({ min: 8, max: 60 }),
        fc.double({ min: 0.01, max: 359.99, noNaN: true }),
        async (width, height, degrees) => {
          const turned = await rotate(
            paint(width, height, 3, () => [9, 9, 9]),
            degrees,
            null,
          );
          expect(turned).toMatchObject(rotatedSize({ width, height }, degrees));
          const area = alphaOf(turned).reduce((sum, alpha) => sum + alpha / 255, 0);
          // Rounding of the size may cut the tips of the corners, by half a pixel.
          expect(Math.abs(area - width * height)).toBeLessThan(
            0.005 * width * height + (0.2 * (width + height)) / 2,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test("there and back again is the picture in its middle", async () => {
    const smooth = paint(80, 60, 3, (x, y) => [x * 3, y * 4, 128]);
    const back = await rotate(await rotate(smooth, 27, "000000"), -27, "000000");
    const [left, top] = [(back.width - 80) / 2, (back.height - 60) / 2];
    for (const [x, y] of [
      [10, 10],
      [40, 30],
      [70, 50],
      [20, 45],
    ] as const) {
      const found = pixelOf(back, Math.round(x + left), Math.round(y + top));
      const [red, green] = pixelOf(smooth, x, y);
      // Where the middle is between pixels, half a step of the gradient.
      expect(Math.abs((found[0] as number) - (red as number))).toBeLessThanOrEqual(4);
      expect(Math.abs((found[1] as number) - (green as number))).toBeLessThanOrEqual(4);
    }
  });

  test("edges are smooth and have no dark fringe", async () => {
    const turned = await rotate(
      paint(40, 30, 3, () => [255, 255, 255]),
      20,
      null,
    );
    const alphas = alphaOf(turned);
    expect(alphas.filter((alpha) => alpha > 20 && alpha < 235).length).toBeGreaterThan(80);
    for (let at = 0; at < turned.data.length; at += 4) {
      if ((turned.data[at + 3] as number) > 8) expect(turned.data[at]).toBeGreaterThan(220);
    }
  });

  test("frames do not bleed into each other", async () => {
    const frames = paint(30, 20, 3, (_x, _y, frame) => Array(3).fill([255, 0, 128][frame]), 3);
    const turned = await rotate(frames, 40, "ffffff");
    for (let frame = 0; frame < 3; frame++) {
      const alone = await rotate(
        paint(30, 20, 3, () => Array(3).fill([255, 0, 128][frame])),
        40,
        "ffffff",
      );
      const { width, height } = turned;
      const one = {
        ...alone,
        data: turned.data.subarray(frame * width * height * 3, (frame + 1) * width * height * 3),
      };
      expect(worstDifference(one, alone)).toBe(0);
    }
  });
});
