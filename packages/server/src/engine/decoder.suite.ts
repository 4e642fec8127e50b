import { describe, expect, test } from "bun:test";
import { type Box, FreshetError, type SourceFormat } from "@freshet/core";
import fc from "fast-check";
import { inspect } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import type { Decoder } from "./engine.ts";
import { psnr, referenceScale } from "./reference-scale.ts";
import {
  black,
  blue,
  busy,
  type Color,
  distance,
  green,
  pixelAt,
  quadrants,
  type Raster,
  raster,
  rasterOf,
  red,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toRaster,
  toTiff,
  toWebp,
  white,
  yellow,
} from "./test-pictures.ts";

/** A decoder, and how true it must be to a textbook Lanczos3. */
export interface Conformance {
  readonly decoder: Decoder;
  /** Shares of a JPEG's size, with the PSNR that each must reach at least: a decoder may shrink. */
  readonly jpegFloors: Readonly<Record<number, number>>;
  /** Smallest PSNR of a picture with alpha, laid on black and on white. */
  readonly alphaFloor: number;
}

/** Formats that can be written here to be read; others have fixtures and tests of their own. */
const write: Partial<Record<SourceFormat, (picture: Raster) => Uint8Array | Promise<Uint8Array>>> = {
  jpeg: (picture) => toJpeg(picture),
  png: toPng,
  webp: toWebp,
  avif: toAvif,
  gif: (picture) => toGif(picture),
  bmp: toBmp,
  tiff: toTiff,
};

/** Every decoder answers these questions in the same way. */
export function runDecoderSuite(conformance: Conformance): void {
  const { decoder } = conformance;
  describe(`the ${decoder.name} decoder`, () => {
    for (const format of decoder.reads) {
      const make = write[format];
      if (make) readsFormat(decoder, format, make);
    }
    if (decoder.reads.has("jpeg")) {
      appliesOrientation(decoder);
      scalesJpeg(conformance);
    }
    if (decoder.reads.has("png")) {
      cutsRegions(decoder);
      keepsAlpha(conformance);
    }
  });
}

async function decode(
  decoder: Decoder,
  file: Uint8Array,
  width: number,
  height: number,
  region: Box | null = null,
): Promise<Raster> {
  const wanted = { region, size: { width, height }, moving: false, keepProfile: false };
  return rasterOf(await decoder.decode(file, await inspect(file), wanted));
}

type Make = (picture: Raster) => Uint8Array | Promise<Uint8Array>;

function readsFormat(decoder: Decoder, format: SourceFormat, make: Make): void {
  const sizes = [
    [64, 48],
    [17, 5],
    [1, 1],
    [130, 100],
    [1, 90],
  ] as const;
  test(`decodes ${format} to exactly the size that is asked for`, async () => {
    const file = await make(quadrants(64, 48));
    for (const [width, height] of sizes) {
      const pixels = await decode(decoder, file, width, height);
      expect([pixels.width, pixels.height]).toEqual([width, height]);
    }
  });

  test(`decodes ${format} to the colors that are in it`, async () => {
    const pixels = await decode(decoder, await make(quadrants(64, 48)), 64, 48);
    const places = [
      [8, 8],
      [56, 8],
      [8, 40],
      [56, 40],
    ] as const;
    const wanted = [red, green, blue, yellow];
    for (const [at, [x, y]] of places.entries())
      expect(distance(pixelAt(pixels, x, y), wanted[at] as Color)).toBeLessThanOrEqual(8);
  });

  // JPEG has its own floors: decoders may shrink it.
  if (format !== "jpeg") {
    // libvips enlarges by a bicubic interpolation.
    test(`scales ${format} as a textbook Lanczos3 does: within 40 dB down, 30 dB up`, async () => {
      const picture = busy(300, 200);
      const file = await make(picture);
      const full = format === "bmp" ? picture : await toRaster(file);
      for (const share of [1.5, 0.9, 0.7, 0.45, 0.25, 0.1]) {
        const [width, height] = [Math.round(300 * share), Math.round(200 * share)];
        expect(
          psnr(await decode(decoder, file, width, height), referenceScale(full, width, height)),
        ).toBeGreaterThan(share > 1 ? 30 : 40);
      }
    });
  }
  survivesDamage(decoder, format, make);
}

function survivesDamage(decoder: Decoder, format: SourceFormat, make: Make): void {
  const wanted = { region: null, size: { width: 32, height: 24 }, moving: false, keepProfile: false };

  test(`makes of an altered ${format} either a picture of the right size or image_broken`, async () => {
    const file = await make(busy(64, 48));
    const info = await inspect(file);
    const damage = fc.record({
      at: fc.nat(file.length - 1),
      value: fc.nat(255),
      keep: fc.integer({ min: 1, max: file.length }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, value, keep }) => {
        const altered = file.slice(0, keep);
        altered[at % keep] = value;
        const pixels = await decoder.decode(altered, info, wanted).catch((error) => error);
        if (pixels instanceof FreshetError) expect(pixels.code).toBe("image_broken");
        else expect(pixels).toMatchObject({ width: 32, height: 24, frames: 1 });
      }),
      { numRuns: 60 },
    );
  });
}

function appliesOrientation(decoder: Decoder): void {
  /** The quadrants from left to right, top to bottom, once the picture is upright (EXIF 2.32 section 4.6.5.1.6). */
  const upright: Readonly<Record<number, readonly Color[]>> = {
    1: [red, green, blue, yellow],
    2: [green, red, yellow, blue],
    3: [yellow, blue, green, red],
    4: [blue, yellow, red, green],
    5: [red, blue, green, yellow],
    6: [blue, red, yellow, green],
    7: [yellow, green, blue, red],
    8: [green, yellow, red, blue],
  };
  for (const [orientation, wanted] of Object.entries(upright)) {
    test(`turns a JPEG with EXIF orientation ${orientation} upright`, async () => {
      const file = await toJpeg(quadrants(64, 32), Number(orientation));
      const [width, height] = Number(orientation) > 4 ? [32, 64] : [64, 32];
      expect(await inspect(file)).toMatchObject({ width, height });
      const pixels = await decode(decoder, file, width / 2, height / 2);
      for (const [at, color] of wanted.entries()) {
        const [x, y] = [(width / 8) * (at % 2 === 0 ? 1 : 3), (height / 8) * (at < 2 ? 1 : 3)];
        expect(distance(pixelAt(pixels, x, y), color)).toBeLessThanOrEqual(8);
      }
    });
  }
}

function scalesJpeg({ decoder, jpegFloors }: Conformance): void {
  for (const [share, floor] of Object.entries(jpegFloors)) {
    test(`scales JPEG photographs to ${share} of their size within ${floor} dB of a full decode`, async () => {
      for (const name of ["flat.jpg", "mountains.jpg"]) {
        const file = await Bun.file(photos[name] as string).bytes();
        const full = await toRaster(file);
        const width = Math.round(full.width * Number(share));
        const height = Math.round(full.height * Number(share));
        const scaled = await decode(decoder, file, width, height);
        expect(psnr(scaled, referenceScale(full, width, height))).toBeGreaterThan(floor);
      }
    }, 60_000);
  }
}

function cutsRegions(decoder: Decoder): void {
  // Each pixel tells where it was.
  const map = raster(60, 40, (x, y) => [x * 4, y * 6, 77, 255]);

  test("cuts a region to the pixel", async () => {
    const region = { left: 7, top: 5, width: 20, height: 11 };
    const pixels = await decode(decoder, await toPng(map), 20, 11, region);
    expect(pixels).toEqual(raster(20, 11, (x, y) => [(x + 7) * 4, (y + 5) * 6, 77, 255]));
  });

  test("cuts a region before it scales it", async () => {
    const region = { left: 32, top: 0, width: 32, height: 32 };
    const pixels = await decode(decoder, await toPng(quadrants(64, 64)), 10, 10, region);
    expect(pixels).toEqual(raster(10, 10, () => green));
  });

  test("counts a region's pixels in the picture that EXIF has turned upright", async () => {
    const region = { left: 0, top: 32, width: 16, height: 32 };
    const pixels = await decode(decoder, await toJpeg(quadrants(64, 32), 6), 16, 32, region);
    expect(distance(pixelAt(pixels, 5, 10), yellow)).toBeLessThanOrEqual(8);
    expect(distance(pixelAt(pixels, 5, 25), yellow)).toBeLessThanOrEqual(8);
  });
}

function laidOn(picture: Raster, ground: Color): Raster {
  return raster(picture.width, picture.height, (x, y) => {
    const [r, g, b, a] = pixelAt(picture, x, y);
    const blend = (channel: number, under: number) => Math.round((channel * a + under * (255 - a)) / 255);
    return [blend(r, ground[0]), blend(g, ground[1]), blend(b, ground[2]), 255];
  });
}

function keepsAlpha({ decoder, alphaFloor }: Conformance): void {
  test("keeps the alpha channel through decoding, pixel by pixel", async () => {
    const picture = raster(40, 30, (x, y) => [200, 100, 50, (x * 6 + y) % 256]);
    for (const file of [await toPng(picture), await toWebp(picture)]) {
      const alpha = (await decode(decoder, file, 40, 30)).rgba.filter((_, at) => at % 4 === 3);
      expect(alpha).toEqual(picture.rgba.filter((_, at) => at % 4 === 3));
    }
  });

  test(`scales colors weighted by alpha, within ${alphaFloor} dB on black and on white`, async () => {
    const picture = raster(300, 200, (x, y) => [
      128 + 100 * Math.sin(x / 9),
      128 + 100 * Math.sin(y / 7),
      200,
      128 + 127 * Math.sin((x + y) / 40),
    ]);
    const file = await toPng(picture);
    for (const share of [1.5, 0.7, 0.25]) {
      const reference = referenceScale(picture, 300 * share, 200 * share);
      const scaled = await decode(decoder, file, 300 * share, 200 * share);
      for (const ground of [black, white]) {
        expect(psnr(laidOn(scaled, ground), laidOn(reference, ground))).toBeGreaterThan(alphaFloor);
      }
    }
  });

  test("lets no color from under full transparency bleed into an edge", async () => {
    const file = await toPng(raster(200, 100, (x) => (x < 100 ? red : [0, 255, 0, 0])));
    const scaled = await decode(decoder, file, 90, 45);
    for (let x = 0; x < 90; x++) expect(pixelAt(laidOn(scaled, white), x, 20)[0]).toBeGreaterThan(250);
  });
}
