import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { busyPixels, kinds, paint, pixelOf, shapeOf } from "../test-pixels.ts";
import { pixelate } from "./pixelate.ts";

describe("pixelate", () => {
  test("by hand: blocks from the top left, what remains at the right and at the bottom is a block too", async () => {
    const levels = [
      [0, 10, 100, 200, 50],
      [20, 30, 100, 0, 70],
      [1, 2, 3, 4, 5],
    ];
    const picture = paint(5, 3, 3, (x, y) => Array(3).fill(levels[y]?.[x]));
    const red = ({ data }: { data: Uint8Array }) => [...data].filter((_, at) => at % 3 === 0);
    // 60/4, 400/4, 120/2; 3/2 and 7/2 are rounded up, 5/1.
    expect(red(await pixelate(picture, { block: 2 }))).toEqual([
      15, 15, 100, 100, 60, 15, 15, 100, 100, 60, 2, 2, 4, 4, 5,
    ]);
  });

  for (const { channels, frames } of kinds) {
    test(`each block is the mean of its pixels, to the level: ${channels} channels, ${frames} frames`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 2, max: 45 }),
          async (width, height, block) => {
            const picture = busyPixels(width, height, channels, frames);
            const result = await pixelate(picture, { block });
            expect(shapeOf(result)).toEqual(shapeOf(picture));
            const x = width - 1;
            const y = height - 1;
            for (const [atX, atY] of [
              [0, 0],
              [x, 0],
              [0, y],
              [x, y],
              [x >> 1, y >> 1],
            ] as const) {
              for (let frame = 0; frame < frames; frame++) {
                const left = atX - (atX % block);
                const top = atY - (atY % block);
                const inside: (readonly number[])[] = [];
                for (let row = top; row < Math.min(height, top + block); row++) {
                  for (let column = left; column < Math.min(width, left + block); column++) {
                    inside.push(pixelOf(picture, column, row, frame));
                  }
                }
                const sum = (of: (pixel: readonly number[]) => number) =>
                  inside.reduce((total, pixel) => total + of(pixel), 0);
                const weight = sum((pixel) => pixel[3] ?? 1);
                const expected = [0, 1, 2].map((channel) =>
                  weight === 0
                    ? 0
                    : Math.round(sum((pixel) => (pixel[channel] as number) * (pixel[3] ?? 1)) / weight),
                );
                if (channels === 4) expected.push(Math.round(weight / inside.length));
                expect(pixelOf(result, atX, atY, frame)).toEqual(expected);
              }
            }
          },
        ),
        { numRuns: 30 },
      );
    });
  }

  test("others get their turn while a large picture is added up", async () => {
    const large = paint(1000, 300, 3, () => [1, 2, 3]);
    let turns = 0;
    let done = false;
    const count = () => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await pixelate(large, { block: 100 });
    done = true;
    // 300,000 pixels are more than four times 65,536.
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  test("pixelated twice is pixelated once", async () => {
    const once = await pixelate(busyPixels(37, 29, 3), { block: 8 });
    expect((await pixelate(once, { block: 8 })).data).toEqual(once.data);
  });
});
