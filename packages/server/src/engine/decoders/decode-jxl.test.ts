import { describe, expect, test } from "bun:test";
import { inspect } from "../../origin/inspect.ts";
import { type Color, distance, pixelAt, type Raster, rasterOf } from "../test-pictures.ts";
import { decodeForeign } from "./decode-foreign.ts";
import { srgbOfP3 } from "./test-color.ts";
import { quarters } from "./test-heic.ts";
import { jxlFiles } from "./test-jxl.ts";
import { toSrgb } from "./to-srgb.ts";

const [first, second, third, fourth] = quarters.map(([r, g, b]): Color => [r, g, b, 255]) as [
  Color,
  Color,
  Color,
  Color,
];
const withAlpha = ([r, g, b]: Color, alpha: number): Color => [r, g, b, alpha];

function expectQuarters(picture: Raster, colors: readonly Color[], tolerance: number): void {
  const [right, bottom] = [picture.width - 3, picture.height - 3];
  const places = [
    [2, 2],
    [right, 2],
    [2, bottom],
    [right, bottom],
  ] as const;
  for (const [index, [x, y]] of places.entries()) {
    expect(distance(pixelAt(picture, x, y), colors[index] as Color)).toBeLessThanOrEqual(tolerance);
  }
}

const asP3 = quarters.map(srgbOfP3);
const table: Readonly<
  Record<keyof typeof jxlFiles, { size: [number, number]; colors: Color[]; tolerance: number }>
> = {
  bare: { size: [48, 32], colors: [first, second, third, fourth], tolerance: 0 },
  boxed: { size: [48, 32], colors: [first, second, third, fourth], tolerance: 0 },
  alpha: {
    size: [48, 32],
    colors: [first, withAlpha(second, 128), third, withAlpha(fourth, 128)],
    tolerance: 0,
  },
  // A quarter turn to the right makes it upright.
  turned: { size: [32, 48], colors: [third, first, fourth, second], tolerance: 0 },
  p3: { size: [48, 32], colors: asP3, tolerance: 2 },
  icc: { size: [48, 32], colors: asP3, tolerance: 2 },
};

describe("a JPEG XL", () => {
  for (const [name, { size, colors, tolerance }] of Object.entries(table)) {
    test(`(${name}) is decoded upright and in sRGB`, async () => {
      const file = jxlFiles[name as keyof typeof jxlFiles];
      const info = await inspect(file);
      const channels = name === "alpha" ? 4 : 3;
      expect(info).toMatchObject({
        format: "jxl",
        width: size[0],
        height: size[1],
        hasAlpha: channels === 4,
      });
      const pixels = await decodeForeign(file, info);
      expect(pixels).toMatchObject({ width: size[0], height: size[1], channels, frames: 1, icc: null });
      expectQuarters(rasterOf(pixels), colors, tolerance);
    });
  }

  for (const [name, { size, tolerance }] of Object.entries(table)) {
    test(`(${name}) keeps its colors and its profile where profiles are kept`, async () => {
      const file = Buffer.from(jxlFiles[name as keyof typeof jxlFiles]);
      const pixels = await decodeForeign(file, await inspect(file), true);
      expect(pixels).toMatchObject({ width: size[0], height: size[1], channels: name === "alpha" ? 4 : 3 });
      const isWide = tolerance > 0;
      expect(pixels.icc !== null).toBe(isWide);
      const { colors } = isWide ? table.bare : table[name as keyof typeof jxlFiles];
      expectQuarters(rasterOf(pixels), colors, 0);
      // The profile says what the other decoder has converted to.
      if (pixels.icc) expectQuarters(rasterOf(await toSrgb({ ...pixels, icc: null }, pixels.icc)), asP3, 2);
      expect(new Uint8Array(file)).toEqual(new Uint8Array(jxlFiles[name as keyof typeof jxlFiles]));
    });
  }

  test("keeps its bytes", async () => {
    const file = Buffer.from(jxlFiles.bare);
    await decodeForeign(file, await inspect(file));
    expect(new Uint8Array(file)).toEqual(new Uint8Array(jxlFiles.bare));
  });

  test("that is cut short, or of another size than was said, is image_broken", async () => {
    const info = await inspect(jxlFiles.bare);
    for (const keepProfile of [false, true]) {
      const short = decodeForeign(jxlFiles.bare.subarray(0, 40), info, keepProfile);
      await expect(short).rejects.toMatchObject({ code: "image_broken" });
      const other = decodeForeign(jxlFiles.bare, { ...info, width: 32, height: 48 }, keepProfile);
      await expect(other).rejects.toMatchObject({ code: "image_broken" });
    }
  });
});
