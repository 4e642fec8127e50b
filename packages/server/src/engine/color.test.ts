import { describe, expect, test } from "bun:test";
import sharp from "sharp";
import { inspect } from "../origin/inspect.ts";
import { attachProfile } from "./attach-profile.ts";
import { matrixProfile, srgbOf, wideColors } from "./decoders/test-color.ts";
import type { RasterFormat } from "./engine.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { sharpEncoder } from "./sharp-encoder.ts";
import { busy, type Color, distance, pixelAt, raster, rasterOf, toJpeg, toPng } from "./test-pictures.ts";

/** Display P3 as libvips carries it: its bytes are all that is taken from there. */
const displayP3 = (await sharp(await toPng(busy(8, 8)))
  .withIccProfile("p3")
  .png()
  .toBuffer()
  .then(iccOf)) as Uint8Array;

async function iccOf(file: Uint8Array): Promise<Uint8Array | undefined> {
  return (await sharp(file).metadata()).icc;
}

const decode = async (file: Uint8Array, width: number, height: number, keepProfile = false) =>
  sharpDecoder.decode(file, await inspect(file), {
    region: null,
    size: { width, height },
    moving: false,
    keepProfile,
  });

/** IEC 61966-2-1: the curve that sRGB and Display P3 share. */
const toLinear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const fromLinear = (value: number) =>
  value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;

/** Linear Display P3 to linear sRGB, both D65: the product of the two primaries' matrices (CSS Color 4, section 18). */
const p3ToSrgb: readonly (readonly number[])[] = [
  [1.2249401762805598, -0.22494017628055996, 0],
  [-0.042056954709688163, 1.0420569547096881, 0],
  [-0.019637554590334432, -0.078636045550631889, 1.0982736001409663],
];

function srgbOfP3([r, g, b, a]: Color): Color {
  const linear = [r, g, b].map((channel) => toLinear(channel / 255));
  const [red, green, blue] = p3ToSrgb.map((row) => {
    const sum = row.reduce((sum, factor, at) => sum + factor * (linear[at] as number), 0);
    return Math.round(255 * fromLinear(Math.min(1, Math.max(0, sum))));
  }) as [number, number, number];
  return [red, green, blue, a];
}

describe("a Display P3 picture", () => {
  // Inside of sRGB, at its edge, and beyond it (where it is clipped).
  const patches: readonly Color[] = [
    [128, 128, 128, 255],
    [200, 120, 80, 255],
    [60, 130, 200, 255],
    [230, 60, 50, 255],
    [0, 0, 0, 255],
    [255, 255, 255, 255],
    [255, 0, 0, 255],
    [0, 255, 0, 255],
  ];
  const picture = raster(patches.length * 8, 8, (x) => patches[Math.floor(x / 8)] as Color);

  test("is converted to sRGB as the primaries say, within 3 levels", async () => {
    const file = attachProfile(await toPng(picture), displayP3);
    const pixels = rasterOf(await decode(file, picture.width, 8));
    for (const [at, patch] of patches.entries()) {
      expect(distance(pixelAt(pixels, at * 8 + 4, 4), srgbOfP3(patch))).toBeLessThanOrEqual(3);
    }
  });

  test("is what it was where profiles are kept", async () => {
    const file = attachProfile(await toPng(picture), displayP3);
    const pixels = await decode(file, picture.width, 8, true);
    expect(new Uint8Array(pixels.icc ?? [])).toEqual(new Uint8Array(displayP3));
    expect(rasterOf(pixels)).toEqual(picture);
  });

  for (const format of ["jpeg", "png", "webp", "avif"] satisfies RasterFormat[]) {
    test(`keeps its profile and its numbers in ${format}`, async () => {
      const pixels = await decode(attachProfile(await toPng(picture), displayP3), picture.width, 8, true);
      const file = await sharpEncoder.encode(pixels, {
        format,
        quality: format === "png" ? null : 100,
        small: false,
      });
      expect(new Uint8Array((await iccOf(file)) ?? [])).toEqual(new Uint8Array(displayP3));
      const { data } = await sharp(file, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
      const written = { width: picture.width, height: 8, rgba: await withAlpha(data) };
      // Chroma is halved but in PNG, so the middle of a patch tells.
      for (const [at, patch] of patches.slice(0, 6).entries())
        expect(distance(pixelAt(written, at * 8 + 4, 4), patch)).toBeLessThanOrEqual(
          format === "png" ? 0 : 12,
        );
    });
  }

  test("without a profile to keep is treated as sRGB either way", async () => {
    const file = await toPng(picture);
    for (const keep of [true, false]) {
      const pixels = await decode(file, picture.width, 8, keep);
      expect(pixels.icc).toBeNull();
      expect(rasterOf(pixels)).toEqual(picture);
    }
  });

  async function withAlpha(rgb: Uint8Array): Promise<Uint8Array> {
    return sharp(rgb, { raw: { width: picture.width, height: 8, channels: 3 } })
      .ensureAlpha()
      .raw()
      .toBuffer();
  }
});

describe("a photograph's wide colors", () => {
  // Within sRGB, and some that are beyond it, where they are clipped.
  const patches: readonly Color[] = [
    [0, 0, 0, 255],
    [64, 64, 64, 255],
    [128, 128, 128, 255],
    [255, 255, 255, 255],
    [150, 120, 100, 255],
    [90, 110, 130, 255],
    [200, 180, 120, 255],
    [0, 255, 0, 255],
    [255, 0, 0, 255],
  ];
  const picture = raster(patches.length * 8, 8, (x) => patches[Math.floor(x / 8)] as Color);

  for (const [name, colors] of Object.entries(wideColors)) {
    const icc = matrixProfile(colors);

    test(`of ${name} become sRGB as its primaries and its curve say, within 3 levels`, async () => {
      const png = attachProfile(await toPng(picture), icc);
      const files = [
        png,
        await sharp(png, { ignoreIcc: true }).keepIccProfile().webp({ lossless: true }).toBuffer(),
        await sharp(png, { ignoreIcc: true }).keepIccProfile().tiff({ compression: "lzw" }).toBuffer(),
        await sharp(png, { ignoreIcc: true })
          .keepIccProfile()
          .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
          .toBuffer(),
      ];
      for (const file of files) {
        expect(await inspect(file)).toMatchObject({ isSrgb: false });
        const pixels = rasterOf(await decode(file, picture.width, 8));
        for (const [at, patch] of patches.entries()) {
          const found = pixelAt(pixels, at * 8 + 4, 4);
          const off =
            distance(found, srgbOf(colors, patch)) <= 3 ? null : { found, wanted: srgbOf(colors, patch) };
          expect({ patch, off }).toEqual({ patch, off: null });
        }
      }
    });

    test(`of ${name} stay what they are where profiles are kept`, async () => {
      const file = attachProfile(await toPng(picture), icc);
      const pixels = await decode(file, picture.width, 8, true);
      expect(new Uint8Array(pixels.icc ?? [])).toEqual(new Uint8Array(icc));
      expect(rasterOf(pixels)).toEqual(picture);
    });
  }
});

describe("a CMYK picture", () => {
  const grays = [255, 192, 128, 64, 0];
  const strip = raster(grays.length * 16, 16, (x) => {
    const gray = grays[Math.floor(x / 16)] as number;
    return [gray, gray, gray, 255];
  });

  for (const keep of [false, true]) {
    test(`comes out in RGB, grays still gray${keep ? ", also where profiles are kept" : ""}`, async () => {
      const file = await sharp(await toPng(strip))
        .toColourspace("cmyk")
        .jpeg({ quality: 98 })
        .toBuffer();
      expect((await sharp(file).metadata()).space).toBe("cmyk");
      const pixels = await decode(file, strip.width, 16, keep);
      expect(pixels).toMatchObject({ channels: 3, icc: null });
      for (const [at, gray] of grays.entries()) {
        const [r, g, b] = pixelAt(rasterOf(pixels), at * 16 + 8, 8);
        expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(10);
        // Ink lifts the dark end: printed black is not quite black.
        expect(Math.abs(g - gray)).toBeLessThanOrEqual(12 + (255 - gray) / 8);
      }
    });
  }
});

describe("a picture with other depths and channels", () => {
  const picture = raster(64, 16, (x, y) => [x * 4, y * 16, 128, 255]);

  test("of 16 bits is rounded to 8", async () => {
    const file = await sharp(await toPng(picture))
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await sharp(file).metadata()).depth).toBe("ushort");
    const pixels = rasterOf(await decode(file, 64, 16));
    for (let at = 0; at < picture.rgba.length; at++) {
      expect(Math.abs((pixels.rgba[at] as number) - (picture.rgba[at] as number))).toBeLessThanOrEqual(1);
    }
  });

  test("of gray with alpha becomes four channels", async () => {
    const rgba = raster(32, 8, (x) => [x * 8, x * 8, x * 8, 255 - x * 4]);
    const file = await sharp(await toPng(rgba))
      .toColourspace("b-w")
      .png()
      .toBuffer();
    expect((await sharp(file).metadata()).channels).toBe(2);
    const pixels = await decode(file, 32, 8);
    expect(pixels.channels).toBe(4);
    for (const x of [0, 7, 31])
      expect(distance(pixelAt(rasterOf(pixels), x, 4), pixelAt(rgba, x, 4))).toBeLessThanOrEqual(1);
  });

  test("of gray becomes three channels", async () => {
    const file = await sharp(await toJpeg(raster(32, 8, (x) => [x * 8, x * 8, x * 8, 255])))
      .toColourspace("b-w")
      .jpeg()
      .toBuffer();
    expect(await decode(file, 16, 4)).toMatchObject({ channels: 3, width: 16, height: 4 });
  });
});
