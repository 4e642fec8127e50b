import { describe, expect, test } from "bun:test";
import { animatedFormats, opaqueFormats } from "@freshet/core";
import type { Encoder, RasterFormat } from "./engine.ts";
import { psnr } from "./reference-scale.ts";
import {
  blue,
  busy,
  distance,
  formatOf,
  pixelAt,
  pixelsOf,
  quadrants,
  type Raster,
  raster,
  red,
  toRaster,
} from "./test-pictures.ts";
import { openFile } from "./vips.ts";

/** Every encoder answers these questions in the same way. */
export function runEncoderSuite(encoder: Encoder): void {
  describe(`the ${encoder.name} encoder`, () => {
    for (const format of encoder.writes) {
      writesPixels(encoder, format);
      if (format !== "gif") keepsQuality(encoder, format);
      if (!opaqueFormats.has(format)) keepsAlpha(encoder, format);
      if (animatedFormats.has(format) && encoder.name === "sharp") keepsMovement(encoder, format);
    }
  });
}

const encode = (encoder: Encoder, format: RasterFormat, picture: Raster, quality: number | null) =>
  encoder.encode(pixelsOf(picture), { format, quality, small: false });

function writesPixels(encoder: Encoder, format: RasterFormat): void {
  test(`writes ${format} of exactly the size of the pixels`, async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 1],
      [33, 17],
    ] as const) {
      const file = await encode(encoder, format, quadrants(width, height), 80);
      expect(await formatOf(file)).toBe(format);
      expect(await toRaster(file)).toMatchObject({ width, height });
    }
  });

  test(`writes ${format} that shows what the pixels were, with and without an alpha channel`, async () => {
    const opaque = raster(120, 80, (x, y) => [x * 2, y * 3, 128, 255]);
    // At a quality PNG has 256 colors, as GIF has always.
    const floor = format === "gif" || format === "png" ? 30 : 38;
    expect(psnr(await toRaster(await encode(encoder, format, opaque, 90)), opaque)).toBeGreaterThan(floor);
    const pixels = pixelsOf(opaque);
    const rgba = { ...pixels, channels: 4, data: opaque.rgba } as const;
    const file = await encoder.encode(rgba, { format, quality: 90, small: false });
    expect(psnr(await toRaster(file), opaque)).toBeGreaterThan(floor);
  });

  test(`writes no metadata into ${format}`, async () => {
    const { exif, icc, xmp, iptc } = await openFile(
      await encode(encoder, format, quadrants(20, 20), 80),
    ).metadata();
    expect([exif, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined]);
  });
}

function keepsQuality(encoder: Encoder, format: RasterFormat): void {
  if (format === "png") {
    test("writes PNG without loss where no quality is asked for", async () => {
      for (const picture of [busy(60, 40), raster(40, 40, (x, y) => [x * 6, y * 6, 9, (x * y) % 256])]) {
        const written = await toRaster(await encode(encoder, "png", picture, null));
        expect<Raster>({ ...written, rgba: new Uint8Array(written.rgba) }).toEqual(picture);
      }
    });

    test("writes PNG with at most 256 colors where a quality is asked for, and smaller", async () => {
      const picture = busy(160, 120);
      const [lossless, reduced] = [
        await encode(encoder, "png", picture, null),
        await encode(encoder, "png", picture, 80),
      ];
      expect(reduced.byteLength).toBeLessThan(lossless.byteLength / 2);
      const colors = new Set(new Uint32Array(new Uint8Array((await toRaster(reduced)).rgba).buffer));
      expect(colors.size).toBeLessThanOrEqual(256);
      expect(psnr(await toRaster(reduced), picture)).toBeGreaterThan(28);
    });
    return;
  }
  test(`writes larger ${format} files for higher qualities, and 80 or 60 where none is asked for`, async () => {
    const sizes: number[] = [];
    for (const quality of [10, 30, 50, 70, 90, 100])
      sizes.push((await encode(encoder, format, busy(160, 120), quality)).byteLength);
    expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    const usual = format === "avif" ? 60 : 80;
    expect(await encode(encoder, format, busy(160, 120), null)).toEqual(
      await encode(encoder, format, busy(160, 120), usual),
    );
  });
}

function keepsAlpha(encoder: Encoder, format: RasterFormat): void {
  test(`keeps alpha in ${format}`, async () => {
    const picture = raster(64, 64, (x) => [255, 0, 0, x < 32 ? 0 : 255]);
    const written = await toRaster(await encode(encoder, format, picture, 80));
    expect(pixelAt(written, 10, 30)[3]).toBeLessThanOrEqual(2);
    expect(pixelAt(written, 50, 30)[3]).toBeGreaterThanOrEqual(253);
  });
}

function keepsMovement(encoder: Encoder, format: RasterFormat): void {
  test(`writes the frames of a moving ${format}, how long each is shown, and how often all are`, async () => {
    const frames = [
      raster(40, 30, () => red),
      raster(40, 30, () => blue),
      raster(40, 30, (x, y) => [x * 6, y * 8, 128, 255]),
    ] as const;
    const pixels = { ...pixelsOf(...frames), delays: [50, 200, 1000], loop: 3 };
    const file = await encoder.encode(pixels, { format, quality: 90, small: false });
    const roll = openFile(file, { animated: true });
    expect(await roll.metadata()).toMatchObject({
      pages: 3,
      pageHeight: 30,
      delay: [50, 200, 1000],
      loop: 3,
    });
    const { data, info } = await roll.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const written = { width: 40, height: info.height, rgba: data };
    expect(info.height).toBe(90);
    expect(distance(pixelAt(written, 20, 15), red)).toBeLessThan(6);
    expect(distance(pixelAt(written, 20, 45), blue)).toBeLessThan(6);
    expect(psnr({ ...written, height: 30, rgba: data.subarray(40 * 60 * 4) }, frames[2])).toBeGreaterThan(30);
  });
}
