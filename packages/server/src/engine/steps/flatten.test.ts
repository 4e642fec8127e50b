import { expect, test } from "bun:test";
import { flatten } from "./flatten.ts";
import { busyPixels, paint, pixelOf } from "./test-pixels.ts";

test("by hand: color × alpha + background × (1 - alpha), and no alpha", async () => {
  const picture = paint(3, 1, 4, (x) => [100, 200, 0, [0, 128, 255][x] as number]);
  const flat = await flatten(picture, "ff0000");
  expect(flat.channels).toBe(3);
  expect(pixelOf(flat, 0, 0)).toEqual([255, 0, 0]);
  // 100 × 128/255 + 255 × 127/255 = 177.2, 200 × 128/255 = 100.4; libvips cuts fractions off.
  expect(pixelOf(flat, 1, 0)).toEqual([177, 100, 0]);
  expect(pixelOf(flat, 2, 0)).toEqual([100, 200, 0]);
});

test("every pixel of every frame, within a level", async () => {
  const picture = busyPixels(30, 20, 4, 3);
  const flat = await flatten(picture, "4080c0");
  expect([flat.frames, flat.height, flat.delays]).toEqual([3, 20, picture.delays]);
  for (let frame = 0; frame < 3; frame++) {
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 30; x++) {
        const [r = 0, g = 0, b = 0, alpha = 0] = pixelOf(picture, x, y, frame);
        [r, g, b].forEach((level, channel) => {
          const expected = (level * alpha + ([64, 128, 192][channel] as number) * (255 - alpha)) / 255;
          expect(Math.abs((pixelOf(flat, x, y, frame)[channel] as number) - expected)).toBeLessThanOrEqual(1);
        });
      }
    }
  }
});

test("without alpha it is the picture itself", async () => {
  const picture = busyPixels(4, 4, 3);
  expect(await flatten(picture, "000000")).toBe(picture);
});
