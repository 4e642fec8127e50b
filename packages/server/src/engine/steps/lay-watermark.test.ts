import { describe, expect, test } from "bun:test";
import type { Watermark } from "@freshet/core";
import fc from "fast-check";
import { layWatermark } from "./lay-watermark.ts";
import { busyPixels, kinds, paint, pixelOf, shapeOf } from "./test-pixels.ts";

type Wish = Pick<Watermark, "place" | "scale" | "opacity">;

const px = (value: number) => ({ value, unit: "px" }) as const;

function at(left: number, top: number, opacity = 1): Wish {
  return { place: { kind: "corner", at: [px(left), px(top)] }, scale: null, opacity };
}

describe("a watermark", () => {
  for (const { channels, frames } of kinds) {
    for (const markChannels of [3, 4] as const) {
      test(`${markChannels} channels over ${channels} channels and ${frames} frames: source-over by the textbook`, async () => {
        const picture = busyPixels(40, 30, channels, frames);
        const before = Buffer.from(picture.data);
        const mark = paint(10, 8, markChannels, (x, y) => [250, x * 20, y * 30, x * 25]);
        for (const [left, top, opacity] of [
          [12, 9, 1],
          [12, 9, 0.4],
          [-4, -3, 0.8],
          [34, 26, 0.8],
        ] as const) {
          const laid = await layWatermark(picture, mark, at(left, top, opacity));
          expect(shapeOf(laid)).toEqual(shapeOf(picture));
          for (let frame = 0; frame < frames; frame++) {
            for (let y = 0; y < 30; y++) {
              for (let x = 0; x < 40; x++) {
                const below = pixelOf(picture, x, y, frame);
                const found = pixelOf(laid, x, y, frame);
                if (x < left || y < top || x >= left + 10 || y >= top + 8) {
                  expect(found).toEqual(below);
                  continue;
                }
                const above = pixelOf(mark, x - left, y - top);
                const upper = ((above[3] ?? 255) / 255) * opacity;
                const lower = (below[3] ?? 255) / 255;
                const alpha = upper + lower * (1 - upper);
                for (let channel = 0; channel < 3; channel++) {
                  const expected =
                    (above[channel] as number) * upper + (below[channel] as number) * lower * (1 - upper);
                  const seen = ((found[channel] as number) * (found[3] ?? 255)) / 255;
                  expect(Math.abs(seen - expected)).toBeLessThanOrEqual(2);
                }
                if (channels === 4)
                  expect(Math.abs((found[3] as number) - alpha * 255)).toBeLessThanOrEqual(1);
              }
            }
          }
        }
        expect(Buffer.from(picture.data)).toEqual(before);
      });
    }
  }

  test("wholly outside, or wholly transparent, it is the picture itself", async () => {
    const picture = busyPixels(20, 20, 3);
    const mark = paint(5, 5, 3, () => [255, 0, 0]);
    for (const [left, top] of [
      [-5, 0],
      [0, -5],
      [20, 0],
      [0, 20],
      [-900, 900],
    ] as const) {
      expect(await layWatermark(picture, mark, at(left, top))).toBe(picture);
    }
    expect(await layWatermark(picture, mark, at(3, 3, 0))).toBe(picture);
  });

  test("one pixel more inside, and that pixel is there", async () => {
    const picture = paint(20, 20, 3, () => [0, 0, 0]);
    const mark = paint(5, 5, 3, () => [255, 0, 0]);
    for (const [left, top, x, y] of [
      [-4, -4, 0, 0],
      [19, 19, 19, 19],
      [19, -4, 19, 0],
      [-4, 19, 0, 19],
    ] as const) {
      const laid = await layWatermark(picture, mark, at(left, top));
      const lit = [...laid.data].filter((level) => level === 255).length;
      expect(lit).toBe(1);
      expect(pixelOf(laid, x, y)).toEqual([255, 0, 0]);
    }
  });

  test("no place and no size of it is an error", async () => {
    const picture = busyPixels(24, 18, 4, 2);
    const length = fc.record({
      value: fc.integer({ min: -150, max: 150 }),
      unit: fc.constantFrom("px" as const, "%" as const),
    });
    const lengths = fc.tuple(length, length);
    const percent = fc.integer({ min: 1, max: 100 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.oneof(
          fc.record({ kind: fc.constant("corner" as const), at: lengths }),
          fc.record({
            kind: fc.constant("anchor" as const),
            gravity: fc.constantFrom("center" as const, "southeast" as const),
            pad: lengths,
          }),
        ),
        fc.oneof(
          fc.constant(null),
          fc.record({ kind: fc.constant("own" as const), percent }),
          fc.record({ kind: fc.constant("output" as const), width: percent, height: fc.option(percent) }),
        ),
        async (width, height, place, scale) => {
          const laid = await layWatermark(
            picture,
            paint(width, height, 4, () => [9, 9, 9, 99]),
            { place, scale, opacity: 0.5 },
          );
          expect(shapeOf(laid)).toEqual(shapeOf(picture));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("scaled: the mark covers as much as asked for, smoothly and without a dark fringe", async () => {
    const picture = paint(100, 80, 3, () => [255, 255, 255]);
    const mark = paint(20, 10, 4, (x) => (x < 10 ? [255, 255, 255, 255] : [0, 0, 0, 0]));
    const laid = await layWatermark(picture, mark, {
      place: { kind: "anchor", gravity: "northwest", pad: [px(10), px(10)] },
      scale: { kind: "output", width: 50, height: null },
      opacity: 1,
    });
    // White on white: where alpha is not multiplied in, the hidden black of the mark shows.
    expect(laid.data.every((level) => level >= 254)).toBe(true);
    const red = await layWatermark(
      picture,
      paint(20, 10, 3, () => [255, 0, 0]),
      {
        place: { kind: "anchor", gravity: "southeast", pad: [px(0), px(0)] },
        scale: { kind: "output", width: 50, height: null },
        opacity: 1,
      },
    );
    for (const [x, y, level] of [
      [50, 55, 0],
      [99, 79, 0],
      [49, 55, 255],
      [50, 54, 255],
    ] as const) {
      expect(pixelOf(red, x, y)).toEqual([255, level, level]);
    }
  });

  test("as large as the picture, on every frame", async () => {
    const frames = busyPixels(12, 10, 3, 3);
    const laid = await layWatermark(
      frames,
      paint(12, 10, 3, () => [1, 2, 3]),
      at(0, 0),
    );
    expect(shapeOf(laid)).toEqual(shapeOf(frames));
    expect(laid.data.every((level, index) => level === (index % 3) + 1)).toBe(true);
  });

  test("of an animated mark the first frame is taken", async () => {
    const picture = paint(10, 10, 3, () => [0, 0, 0]);
    const mark = paint(4, 4, 3, (_x, _y, frame) => Array(3).fill(frame === 0 ? 200 : 90), 2);
    expect(pixelOf(await layWatermark(picture, mark, at(2, 2)), 3, 3)).toEqual([200, 200, 200]);
  });
});
