import { describe, expect, test } from "bun:test";
import { inspect } from "../origin/inspect.ts";
import { runDecoderSuite } from "./decoder.suite.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import {
  blue,
  distance,
  green,
  pixelAt,
  quadrants,
  raster,
  rasterOf,
  red,
  toAnimatedWebp,
  toGif,
  toPngWithAlpha,
} from "./test-pictures.ts";

runDecoderSuite({
  decoder: sharpDecoder,
  jpegFloors: { 1.5: 30, 0.9: 50, 0.7: 50, 0.45: 50, 0.25: 40, 0.13: 40, 0.1: 40, 0.05: 40 },
  alphaFloor: 40,
});

describe("an animation", () => {
  const frames = [
    raster(60, 40, () => red),
    raster(60, 40, () => blue),
    raster(60, 40, () => green),
  ] as const;
  const wanted = { region: null, size: { width: 30, height: 20 }, moving: true, keepProfile: false };

  for (const [name, make] of [
    ["GIF", toGif],
    ["WebP", toAnimatedWebp],
  ] as const) {
    test(`of ${name} keeps its frames apart to the last row while it is scaled`, async () => {
      const file = await make(...frames);
      const pixels = await sharpDecoder.decode(file, await inspect(file), wanted);
      expect(pixels).toMatchObject({ frames: 3, width: 30, height: 20, delays: [100, 100, 100], loop: 0 });
      for (const [at, color] of [red, blue, green].entries()) {
        for (const y of [0, 10, 19]) {
          expect(distance(pixelAt(rasterOf(pixels, at), 15, y), color)).toBeLessThanOrEqual(4);
        }
      }
    });

    test(`of ${name} gives its first frame where it is to stand still`, async () => {
      const file = await make(quadrants(60, 40), ...frames);
      const pixels = await sharpDecoder.decode(file, await inspect(file), { ...wanted, moving: false });
      expect(pixels).toMatchObject({ frames: 1, width: 30, height: 20 });
      expect(distance(pixelAt(rasterOf(pixels), 5, 15), blue)).toBeLessThanOrEqual(8);
    });

    test(`of ${name} is cut before it is scaled, frame by frame`, async () => {
      const file = await make(
        quadrants(60, 40),
        raster(60, 40, () => red),
      );
      const region = { left: 30, top: 0, width: 30, height: 20 };
      const pixels = await sharpDecoder.decode(file, await inspect(file), { ...wanted, region });
      expect(pixels).toMatchObject({ frames: 2, width: 30, height: 20 });
      for (const y of [0, 19]) {
        expect(distance(pixelAt(rasterOf(pixels, 0), 15, y), green)).toBeLessThanOrEqual(8);
        expect(distance(pixelAt(rasterOf(pixels, 1), 15, y), red)).toBeLessThanOrEqual(8);
      }
    });
  }
});

describe("an alpha that nothing shows through is dropped", () => {
  const see = raster(60, 40, (x, y) => [x, y, 9, x === 59 && y === 39 ? 128 : 255]);
  const opaque = raster(60, 40, (x, y) => [x, y, 9, 255]);
  const wanted = { region: null, size: { width: 30, height: 20 }, moving: true, keepProfile: false };
  const channels = async (file: Uint8Array) =>
    (await sharpDecoder.decode(file, await inspect(file), wanted)).channels;

  test("of a still picture", async () => {
    const pngs = [await toPngWithAlpha(opaque), await toPngWithAlpha(see)] as const;
    for (const png of pngs) expect((await inspect(png)).hasAlpha).toBe(true);
    expect([await channels(pngs[0]), await channels(pngs[1])]).toEqual([3, 4]);
  });

  test("of an animation, only if it is so in all of its frames", async () => {
    const other = raster(60, 40, () => red);
    const movings = [await toAnimatedWebp(other, opaque), await toAnimatedWebp(other, see)] as const;
    for (const moving of movings) expect(await inspect(moving)).toMatchObject({ hasAlpha: true, frames: 2 });
    expect([await channels(movings[0]), await channels(movings[1])]).toEqual([3, 4]);
  });
});
