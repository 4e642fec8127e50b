import { describe, expect, test } from "bun:test";
import { FreshetError, type OutputFormat, type SourceFormat } from "@freshet/core";
import fc from "fast-check";
import { inspect } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import type { Engine } from "./engine.ts";
import { psnr, referenceScale } from "./reference-scale.ts";
import {
  black,
  blue,
  busy,
  type Color,
  distance,
  formatOf,
  green,
  pixelAt,
  quadrants,
  type Raster,
  raster,
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

/** An engine, and how true it must be to a textbook Lanczos3. */
export interface Conformance {
  readonly engine: Engine;
  /** Shares of a JPEG's size that the planner leaves to this engine, with the PSNR that each must reach at least. */
  readonly jpegFloors: Readonly<Record<number, number>>;
  /** Smallest PSNR of a picture with alpha, laid on black and on white. */
  readonly alphaFloor: number;
}

const write: Readonly<Record<SourceFormat, (picture: Raster) => Uint8Array | Promise<Uint8Array>>> = {
  jpeg: (picture) => toJpeg(picture),
  png: toPng,
  webp: toWebp,
  avif: toAvif,
  gif: (picture) => toGif(picture),
  bmp: toBmp,
  tiff: toTiff,
};

/** Every engine answers these questions in the same way. */
export function runEngineSuite(conformance: Conformance): void {
  const { engine } = conformance;
  describe(`the ${engine.name} engine`, () => {
    for (const format of engine.reads) readsFormat(engine, format);
    if (engine.reads.has("jpeg")) {
      appliesOrientation(engine);
      scalesJpeg(conformance);
    }
    cutsRegions(engine);
    keepsAlpha(conformance);
    for (const format of engine.writes) writesFormat(engine, format);
    convertsInOneGo(engine);
  });
}

async function decode(engine: Engine, file: Uint8Array, width: number, height: number): Promise<Raster> {
  return toRaster(await engine.decode(file, await inspect(file), null, { width, height }));
}

function readsFormat(engine: Engine, format: SourceFormat): void {
  const sizes = [
    [64, 48],
    [17, 5],
    [1, 1],
    [130, 100],
    [1, 90],
  ] as const;
  test(`decodes ${format} to exactly the size that is asked for`, async () => {
    const file = await write[format](quadrants(64, 48));
    for (const [width, height] of sizes) {
      const pixels = await decode(engine, file, width, height);
      expect([pixels.width, pixels.height]).toEqual([width, height]);
    }
  });

  test(`decodes ${format} to the colors that are in it`, async () => {
    const pixels = await decode(engine, await write[format](quadrants(64, 48)), 64, 48);
    const corners = [
      pixelAt(pixels, 8, 8),
      pixelAt(pixels, 56, 8),
      pixelAt(pixels, 8, 40),
      pixelAt(pixels, 56, 40),
    ];
    const wanted = [red, green, blue, yellow];
    for (const [at, color] of corners.entries())
      expect(distance(color, wanted[at] as Color)).toBeLessThanOrEqual(8);
  });

  // JPEG has its own floors: decoders may shrink it.
  if (format !== "jpeg") {
    test(`scales ${format} as a textbook Lanczos3 does, within 50 dB`, async () => {
      const picture = busy(300, 200);
      const file = await write[format](picture);
      const full = format === "bmp" ? picture : await toRaster(file);
      for (const share of [1.5, 0.9, 0.7, 0.45, 0.25, 0.1]) {
        const [width, height] = [Math.round(300 * share), Math.round(200 * share)];
        expect(
          psnr(await decode(engine, file, width, height), referenceScale(full, width, height)),
        ).toBeGreaterThan(50);
      }
    });
  }
  survivesDamage(engine, format);
}

function survivesDamage(engine: Engine, format: SourceFormat): void {
  test(`says image_broken when little more than the header of a ${format} is there`, async () => {
    const file = await write[format](busy(64, 48));
    const info = await inspect(file);
    const stump = file.subarray(0, format === "avif" ? 200 : 60);
    await expect(engine.decode(stump, info, null, { width: 32, height: 24 })).rejects.toMatchObject({
      code: "image_broken",
    });
  });

  test(`makes of an altered ${format} either a picture of the right size or image_broken`, async () => {
    const file = await write[format](busy(64, 48));
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
        const pixels = await engine
          .decode(altered, info, null, { width: 32, height: 24 })
          .catch((error) => error);
        if (pixels instanceof FreshetError) expect(pixels.code).toBe("image_broken");
        else expect(await toRaster(pixels)).toMatchObject({ width: 32, height: 24 });
      }),
      { numRuns: 60 },
    );
  });
}

function appliesOrientation(engine: Engine): void {
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
      const pixels = await decode(engine, file, width / 2, height / 2);
      for (const [at, color] of wanted.entries()) {
        const [x, y] = [(width / 8) * (at % 2 === 0 ? 1 : 3), (height / 8) * (at < 2 ? 1 : 3)];
        expect(distance(pixelAt(pixels, x, y), color)).toBeLessThanOrEqual(8);
      }
    });
  }
}

function scalesJpeg({ engine, jpegFloors }: Conformance): void {
  for (const [share, floor] of Object.entries(jpegFloors)) {
    test(`scales JPEG photographs to ${share} of their size within ${floor} dB of a full decode`, async () => {
      for (const name of ["flat.jpg", "mountains.jpg"]) {
        const file = await Bun.file(photos[name] as string).bytes();
        const full = await toRaster(file);
        const [width, height] = [
          Math.round(full.width * Number(share)),
          Math.round(full.height * Number(share)),
        ];
        expect(
          psnr(await decode(engine, file, width, height), referenceScale(full, width, height)),
        ).toBeGreaterThan(floor);
      }
    });
  }
}

function cutsRegions(engine: Engine): void {
  const region = { left: 7, top: 5, width: 20, height: 11 };
  // Each pixel tells where it was.
  const map = raster(60, 40, (x, y) => [x * 4, y * 6, 77, 255]);

  test("cuts a region to the pixel", async () => {
    const file = await toPng(map);
    const pixels = await toRaster(
      await engine.decode(file, await inspect(file), region, { width: 20, height: 11 }),
    );
    expect(pixels).toEqual(raster(20, 11, (x, y) => [(x + 7) * 4, (y + 5) * 6, 77, 255]));
  });

  test("cuts a region before it scales it", async () => {
    const file = await toPng(quadrants(64, 64));
    const cut = { left: 32, top: 0, width: 32, height: 32 };
    const pixels = await toRaster(
      await engine.decode(file, await inspect(file), cut, { width: 10, height: 10 }),
    );
    expect(pixels).toEqual(raster(10, 10, () => green));
  });

  test("counts a region's pixels in the picture that EXIF has turned upright", async () => {
    const file = await toJpeg(quadrants(64, 32), 6);
    const cut = { left: 0, top: 32, width: 16, height: 32 };
    const pixels = await toRaster(
      await engine.decode(file, await inspect(file), cut, { width: 16, height: 32 }),
    );
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

function keepsAlpha({ engine, alphaFloor }: Conformance): void {
  test("keeps the alpha channel through decoding, pixel by pixel", async () => {
    const picture = raster(40, 30, (x, y) => [200, 100, 50, (x * 6 + y) % 256]);
    for (const file of [await toPng(picture), await toWebp(picture)]) {
      const alpha = (await decode(engine, file, 40, 30)).rgba.filter((_, at) => at % 4 === 3);
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
      const scaled = await decode(engine, file, 300 * share, 200 * share);
      for (const ground of [black, white]) {
        expect(psnr(laidOn(scaled, ground), laidOn(reference, ground))).toBeGreaterThan(alphaFloor);
      }
    }
  });

  test("lets no color from under full transparency bleed into an edge", async () => {
    const file = await toPng(raster(200, 100, (x) => (x < 100 ? red : [0, 255, 0, 0])));
    const scaled = await decode(engine, file, 90, 45);
    for (let x = 0; x < 90; x++) expect(pixelAt(laidOn(scaled, white), x, 20)[0]).toBeGreaterThan(250);
  });
}

function writesFormat(engine: Engine, format: OutputFormat): void {
  const encode = async (picture: Raster, quality: number) =>
    engine.encode(await toPng(picture), { format, quality });

  test(`writes ${format} of exactly the size of the pixels`, async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 1],
      [33, 17],
    ] as const) {
      const file = await encode(quadrants(width, height), 80);
      expect(await formatOf(file)).toBe(format);
      expect(await toRaster(file)).toMatchObject({ width, height });
    }
  });

  test(`writes ${format} that shows what the pixels were`, async () => {
    const picture = raster(120, 80, (x, y) => [x * 2, y * 3, 128, 255]);
    expect(psnr(await toRaster(await encode(picture, 90)), picture)).toBeGreaterThan(38);
  });

  if (format !== "jpeg") {
    test(`keeps alpha in ${format}`, async () => {
      const picture = raster(64, 64, (x) => [255, 0, 0, x < 32 ? 0 : 255]);
      const written = await toRaster(await encode(picture, 80));
      expect(pixelAt(written, 10, 30)[3]).toBeLessThanOrEqual(2);
      expect(pixelAt(written, 50, 30)[3]).toBeGreaterThanOrEqual(253);
    });
  }
  if (format === "png") {
    test("writes PNG without loss", async () => {
      const picture = busy(60, 40);
      expect(await toRaster(await encode(picture, 10))).toEqual(await toRaster(await toPng(picture)));
    });
  } else {
    test(`writes larger ${format} files for higher qualities`, async () => {
      const sizes: number[] = [];
      for (const quality of [10, 30, 50, 70, 90, 100])
        sizes.push((await encode(busy(160, 120), quality)).byteLength);
      expect(sizes).toEqual([...new Set(sizes)].sort((a, b) => a - b));
    });
  }
}

function convertsInOneGo(engine: Engine): void {
  if (!engine.convert) return;
  const convert = engine.convert;
  for (const from of engine.reads) {
    for (const format of engine.writes) {
      test(`makes the same ${format} of a ${from} in one go as in two steps`, async () => {
        const file = await write[from](busy(128, 96));
        const info = await inspect(file);
        const [size, output] = [
          { width: 50, height: 40 },
          { format, quality: 85 },
        ];
        const twoSteps = await engine.encode(await engine.decode(file, info, null, size), output);
        const oneGo = await toRaster(await convert(file, info, size, output));
        expect(psnr(oneGo, await toRaster(twoSteps))).toBeGreaterThan(48);
      });
    }
  }
}
