import { expect, test } from "bun:test";
import fc from "fast-check";
import { crop } from "./crop.ts";
import { busyPixels, kinds, pixelOf, shapeOf } from "./test-pixels.ts";

for (const { channels, frames } of kinds) {
  test(`every pixel of the box, and of its frame; ${channels} channels, ${frames} frames`, async () => {
    const picture = busyPixels(23, 17, channels, frames);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 0, max: 16 })),
        fc.tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 17 })),
        async ([left, top], [wide, high]) => {
          const box = { left, top, width: Math.min(wide, 23 - left), height: Math.min(high, 17 - top) };
          const cut = await crop(picture, box);
          expect(shapeOf(cut)).toEqual({
            ...shapeOf(picture),
            width: box.width,
            height: box.height,
            bytes: box.width * box.height * channels * frames,
          });
          for (let frame = 0; frame < frames; frame++) {
            for (let y = 0; y < box.height; y++) {
              for (let x = 0; x < box.width; x++) {
                expect(pixelOf(cut, x, y, frame)).toEqual(pixelOf(picture, x + left, y + top, frame));
              }
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });
}

test("all of it is the picture itself", async () => {
  const picture = busyPixels(5, 4, 3);
  expect(await crop(picture, { left: 0, top: 0, width: 5, height: 4 })).toBe(picture);
});
