import { describe, expect, test } from "bun:test";
import type { Radius } from "@freshet/core";
import fc from "fast-check";
import { cornerRadii, roundCorners } from "./radius.ts";
import { alphaOf, busyPixels, kinds, paint, pixelOf, shapeOf } from "./test-pixels.ts";

const all = (radius: number | "max"): Radius => ({
  topLeft: radius,
  bottomLeft: radius,
  bottomRight: radius,
  topRight: radius,
});

const covered = (alphas: Uint8Array) => alphas.reduce((sum, alpha) => sum + alpha / 255, 0);

describe("radii", () => {
  const only = (corner: keyof Radius, radius: number | "max"): Radius => ({ ...all(0), [corner]: radius });
  for (const [width, height, radius, expected] of [
    [100, 60, all(20), all(20)],
    [100, 60, all("max"), all(30)],
    [100, 60, all(500), all(30)],
    // One alone reaches from corner to corner of the shorter side.
    [100, 60, only("topLeft", "max"), only("topLeft", 60)],
    [100, 60, only("topLeft", 400), only("topLeft", 60)],
    // Two at the shorter side share it, two at the longer do not overlap.
    [100, 60, { ...all(0), topLeft: "max", bottomLeft: "max" }, { ...all(0), topLeft: 30, bottomLeft: 30 }],
    [200, 60, { ...all(0), topLeft: "max", topRight: "max" }, { ...all(0), topLeft: 60, topRight: 60 }],
    // 40 + 40 on 60: all shrink by three quarters.
    [
      100,
      60,
      { ...all(8), topLeft: 40, bottomLeft: 40 },
      { topLeft: 30, bottomLeft: 30, bottomRight: 6, topRight: 6 },
    ],
    [100, 60, all(0), all(0)],
  ] as const) {
    test(`${JSON.stringify(radius)} on ${width}x${height}`, () => {
      expect(cornerRadii({ width, height }, radius)).toEqual(expected as never);
    });
  }

  test("neighbors never overlap", () => {
    const corner = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant("max" as const));
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 1, max: 200 }), height: fc.integer({ min: 1, max: 200 }) }),
        fc.record({ topLeft: corner, bottomLeft: corner, bottomRight: corner, topRight: corner }),
        (size, radius) => {
          const { topLeft, bottomLeft, bottomRight, topRight } = cornerRadii(size, radius);
          const bits = 1e-9;
          expect(topLeft + topRight).toBeLessThanOrEqual(size.width + bits);
          expect(bottomLeft + bottomRight).toBeLessThanOrEqual(size.width + bits);
          expect(topLeft + bottomLeft).toBeLessThanOrEqual(size.height + bits);
          expect(topRight + bottomRight).toBeLessThanOrEqual(size.height + bits);
        },
      ),
    );
  });
});

describe("rounded corners", () => {
  test("max makes a disk of a square, by area within 1 %", async () => {
    for (const side of [40, 41, 99, 256]) {
      const disk = await roundCorners(
        paint(side, side, 3, () => [1, 2, 3]),
        all("max"),
        null,
      );
      const area = Math.PI * (side / 2) ** 2;
      expect(Math.abs(covered(alphaOf(disk)) - area)).toBeLessThan(area / 100);
    }
  });

  test("every pixel is covered by as much of it as lies within the arc", async () => {
    const radius = 13;
    const round = await roundCorners(
      paint(50, 40, 3, () => [200, 200, 200]),
      all(radius),
      null,
    );
    // 16 × 16 points in each pixel.
    const share = (x: number, y: number) => {
      let inside = 0;
      for (let point = 0; point < 256; point++) {
        const [dx, dy] = [
          radius - x - ((point % 16) + 0.5) / 16,
          radius - y - (Math.floor(point / 16) + 0.5) / 16,
        ];
        if (dx <= 0 || dy <= 0 || Math.hypot(dx, dy) <= radius) inside++;
      }
      return inside / 256;
    };
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 25; x++) {
        const corners = [
          [x, y],
          [49 - x, y],
          [x, 39 - y],
          [49 - x, 39 - y],
        ] as const;
        for (const [atX, atY] of corners) {
          expect(Math.abs((pixelOf(round, atX, atY)[3] as number) - 255 * share(x, y))).toBeLessThan(30);
        }
      }
    }
  });

  test("each of the four has its own", async () => {
    const radius = { topLeft: 5, bottomLeft: 10, bottomRight: 15, topRight: 20 };
    const round = await roundCorners(
      paint(60, 50, 3, () => [0, 0, 0]),
      radius,
      null,
    );
    const missing = (left: number, top: number) => {
      let sum = 0;
      for (let y = top; y < top + 25; y++) {
        for (let x = left; x < left + 30; x++) sum += 1 - (pixelOf(round, x, y)[3] as number) / 255;
      }
      return sum;
    };
    const cut = (corner: number) => (1 - Math.PI / 4) * corner ** 2;
    expect(Math.abs(missing(0, 0) - cut(5))).toBeLessThan(1);
    expect(Math.abs(missing(0, 25) - cut(10))).toBeLessThan(1);
    expect(Math.abs(missing(30, 25) - cut(15))).toBeLessThan(1);
    expect(Math.abs(missing(30, 0) - cut(20))).toBeLessThan(1);
  });

  for (const { channels, frames } of kinds) {
    test(`on a color: mixed by coverage, opaque outside, the same inside; ${channels} channels, ${frames} frames`, async () => {
      const picture = busyPixels(40, 30, channels, frames);
      const [round, clear] = await Promise.all([
        roundCorners(picture, all(12), "ff8000"),
        roundCorners(busyPixels(40, 30, 3, frames), all(12), null),
      ]);
      expect(shapeOf(round)).toEqual(shapeOf(picture));
      for (let frame = 0; frame < frames; frame++) {
        for (let y = 0; y < 30; y++) {
          for (let x = 0; x < 40; x++) {
            const coverage = (pixelOf(clear, x, y, frame)[3] as number) / 255;
            const [r = 0, g = 0, b = 0, alpha = 255] = pixelOf(picture, x, y, frame);
            const seen = (level: number, color: number) =>
              (coverage * level * alpha) / 255 + (1 - coverage) * color;
            const found = pixelOf(round, x, y, frame);
            const foundAlpha = (found[3] ?? 255) / 255;
            expect(Math.abs((found[0] as number) * foundAlpha - seen(r, 255))).toBeLessThanOrEqual(1.5);
            expect(Math.abs((found[1] as number) * foundAlpha - seen(g, 128))).toBeLessThanOrEqual(1.5);
            expect(Math.abs((found[2] as number) * foundAlpha - seen(b, 0))).toBeLessThanOrEqual(1.5);
            expect(Math.abs(foundAlpha - (coverage * alpha) / 255 - (1 - coverage))).toBeLessThan(0.005);
            if (coverage === 1) expect(found).toEqual(pixelOf(picture, x, y, frame));
            if (coverage === 0) expect(found).toEqual([255, 128, 0, 255].slice(0, channels));
          }
        }
      }
    });

    test(`transparent: colors stay, alpha is multiplied; ${channels} channels, ${frames} frames`, async () => {
      const picture = busyPixels(40, 30, channels, frames);
      const before = Buffer.from(picture.data);
      const round = await roundCorners(picture, all(9), null);
      expect(shapeOf(round)).toEqual({ ...shapeOf(picture), channels: 4, bytes: 40 * 30 * 4 * frames });
      for (let frame = 0; frame < frames; frame++) {
        expect(pixelOf(round, 0, 0, frame)).toEqual([0, 0, 0, 0]);
        for (const [x, y] of [
          [20, 15],
          [0, 15],
          [39, 9],
          [20, 0],
          [20, 29],
        ] as const) {
          const [r, g, b, alpha = 255] = pixelOf(picture, x, y, frame);
          expect(pixelOf(round, x, y, frame)).toEqual([r, g, b, alpha] as number[]);
        }
      }
      expect(Buffer.from(picture.data)).toEqual(before);
    });
  }

  test("no radius is the picture itself", async () => {
    const picture = busyPixels(5, 5, 3);
    expect(await roundCorners(picture, all(0), null)).toBe(picture);
  });

  test("pictures of a pixel or two survive any radius", async () => {
    for (const [width, height] of [
      [1, 1],
      [2, 1],
      [1, 9],
      [3, 3],
    ] as const) {
      const round = await roundCorners(
        paint(width, height, 3, () => [9, 9, 9]),
        all("max"),
        null,
      );
      expect(shapeOf(round)).toMatchObject({ width, height, channels: 4 });
    }
  });
});
