import { expect, test } from "bun:test";
import { layOnCanvas } from "./lay-on-canvas.ts";
import { busyPixels, kinds, paint, pixelOf, shapeOf } from "./test-pixels.ts";

const size = { width: 20, height: 16 };

for (const { channels, frames } of kinds) {
  test(`transparent: the picture is where it should be, nothing around it; ${channels} channels, ${frames} frames`, async () => {
    const picture = busyPixels(11, 7, channels, frames);
    const laid = await layOnCanvas(picture, size, 4, 5, null);
    expect(shapeOf(laid)).toEqual({ ...shapeOf(picture), ...size, channels: 4, bytes: 20 * 16 * 4 * frames });
    for (let frame = 0; frame < frames; frame++) {
      for (let y = 0; y < 16; y++) {
        for (let x = 0; x < 20; x++) {
          const within = x >= 4 && y >= 5 && x < 15 && y < 12;
          const [r, g, b, alpha = 255] = within ? pixelOf(picture, x - 4, y - 5, frame) : [0, 0, 0, 0];
          expect(pixelOf(laid, x, y, frame)).toEqual([r, g, b, alpha] as number[]);
        }
      }
    }
  });

  test(`on a color: no alpha, the color around it and through it; ${channels} channels, ${frames} frames`, async () => {
    const picture = busyPixels(11, 7, channels, frames);
    const laid = await layOnCanvas(picture, size, 9, 0, "3060c0");
    expect(shapeOf(laid)).toEqual({ ...shapeOf(picture), ...size, channels: 3, bytes: 20 * 16 * 3 * frames });
    for (let frame = 0; frame < frames; frame++) {
      for (let y = 0; y < 16; y++) {
        for (let x = 0; x < 20; x++) {
          const [r = 0, g = 0, b = 0, alpha = 255] =
            x >= 9 && y < 7 ? pixelOf(picture, x - 9, y, frame) : [0, 0, 0, 0];
          [r, g, b].forEach((level, channel) => {
            const expected = (level * alpha + ([48, 96, 192][channel] as number) * (255 - alpha)) / 255;
            expect(Math.abs((pixelOf(laid, x, y, frame)[channel] as number) - expected)).toBeLessThanOrEqual(
              1,
            );
          });
        }
      }
    }
  });
}

test("a canvas of the picture's own size changes nothing, but a color shows through", async () => {
  const opaque = busyPixels(6, 5, 3);
  expect(await layOnCanvas(opaque, { width: 6, height: 5 }, 0, 0, "ffffff")).toBe(opaque);
  const clear = paint(2, 1, 4, () => [9, 9, 9, 0]);
  expect(await layOnCanvas(clear, { width: 2, height: 1 }, 0, 0, null)).toBe(clear);
  const filled = await layOnCanvas(clear, { width: 2, height: 1 }, 0, 0, "0a141e");
  expect(filled.data).toEqual(Buffer.from([10, 20, 30, 10, 20, 30]));
});
