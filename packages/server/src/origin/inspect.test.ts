import { describe, expect, test } from "bun:test";
import { FreshetError } from "@freshet/core";
import fc from "fast-check";
import { attachProfile } from "../engine/attach-profile.ts";
import { makeBmp, makeIco, palette } from "../engine/decoders/test-bitmaps.ts";
import { odd, profileOf, uprightSize, withOrientation, withProfile } from "../engine/decoders/test-color.ts";
import { heicProperties, makeHeic } from "../engine/decoders/test-heic.ts";
import { flatJxl, jxlFiles } from "../engine/decoders/test-jxl.ts";
import {
  type PngChunk,
  pngChunk,
  pngEnd,
  pngHeader,
  pngOf as pngOfChunks,
} from "../engine/decoders/test-png.ts";
import {
  busy,
  raster,
  toAnimatedWebp,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toTiff,
  toWebp,
  white,
} from "../engine/test-pictures.ts";
import { serverLimits } from "../limits.ts";
import { inspect } from "./inspect.ts";
import { photos } from "./sources/photos.ts";

const opaque = busy(60, 40);
const clear = raster(60, 40, (x) => [200, 100, 0, x * 4]);
type Chunk = PngChunk;

/** A PNG by hand: IHDR, the chunks that are given, an empty IDAT, IEND. */
function pngOf(width: number, height: number, colorType: number, ...chunks: readonly Chunk[]): Uint8Array {
  return deepPngOf(8, width, height, colorType, ...chunks);
}

function deepPngOf(
  depth: number,
  width: number,
  height: number,
  colorType: number,
  ...chunks: readonly Chunk[]
) {
  const empty: Chunk = ["IDAT", new Uint8Array(0)];
  return pngOfChunks(pngHeader(width, height, depth, colorType), ...chunks, empty, pngEnd);
}

/** A JPEG's header by hand: the segments that are given, a frame, and the beginning of a scan. */
function jpegOf(frame: readonly number[], ...segments: readonly Uint8Array[]): Uint8Array {
  const [precision = 8, width = 9, height = 9, components = 3] = frame;
  const body = [precision, 0, height, 0, width, components, ...new Array(3 * components).fill(1)];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    ...segments,
    Buffer.from([0xff, 0xc0, 0, 2 + body.length, ...body]),
    Buffer.from([0xff, 0xda, 0, 2, 0, 0]),
  ]);
}

/** A TIFF with one entry, as EXIF has it. */
function exifOf(order: "II" | "MM", type: 3 | 4, value: number): Buffer {
  const little = order === "II";
  const exif = Buffer.alloc(26);
  exif.write(order, "latin1");
  const u16 = (at: number, number: number) =>
    little ? exif.writeUInt16LE(number, at) : exif.writeUInt16BE(number, at);
  const u32 = (at: number, number: number) =>
    little ? exif.writeUInt32LE(number, at) : exif.writeUInt32BE(number, at);
  u16(2, 42);
  u32(4, 8);
  u16(8, 1);
  u16(10, 0x0112);
  u16(12, type);
  u32(14, 1);
  if (type === 3) u16(18, value);
  else u32(18, value);
  return exif;
}

/** A WebP by hand, of chunks. */
function webpOf(...chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.flatMap(([name, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return [Buffer.from(name, "latin1"), length, data, Buffer.alloc(data.length % 2)];
  });
  const body = Buffer.concat([Buffer.from("WEBP", "latin1"), ...parts]);
  const head = Buffer.from("RIFF\0\0\0\0", "latin1");
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** `VP8X` of a canvas of 300x200. */
const canvas = (flags: number): Chunk => ["VP8X", Buffer.from([flags, 0, 0, 0, 43, 1, 0, 199, 0, 0])];

describe("inspect", () => {
  const formats: Readonly<Record<string, () => Uint8Array | Promise<Uint8Array>>> = {
    jpeg: () => toJpeg(opaque),
    png: () => toPng(opaque),
    webp: () => toWebp(opaque),
    avif: () => toAvif(opaque),
    gif: () => toGif(opaque),
    svg: () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"/>'),
    bmp: () => toBmp(opaque),
    tiff: () => toTiff(opaque),
    ico: async () => makeIco(1, await toPng(opaque)),
  };
  for (const [format, make] of Object.entries(formats)) {
    test(`knows ${format} by its content, with its size`, async () => {
      const file = await make();
      const all = {
        format,
        width: 60,
        height: 40,
        frames: 1,
        isSrgb: true,
        hasProfile: false,
        isUpright: true,
      };
      expect(await inspect(file)).toMatchObject(all);
      // Also where it lies in the middle of other bytes.
      const larger = new Uint8Array(file.length + 100).fill(0xff);
      larger.set(file, 50);
      expect(await inspect(larger.subarray(50, 50 + file.length))).toMatchObject(all);
    });
  }

  test("knows HEIC and JPEG XL, with the size that they show", async () => {
    expect(await inspect(makeHeic({ grid: true }))).toMatchObject({ format: "heic", width: 128, height: 64 });
    const turned = makeHeic({ grid: true, properties: [heicProperties.rotation(1)] });
    expect(await inspect(turned)).toMatchObject({ format: "heic", width: 64, height: 128 });
    expect(await inspect(jxlFiles.turned)).toMatchObject({ format: "jxl", width: 32, height: 48 });
  });

  test("reads a plain lossy WebP", async () => {
    const file = await odd.lossyWebp(opaque);
    expect(Buffer.from(file).toString("latin1", 12, 16)).toBe("VP8 ");
    expect(await inspect(file)).toMatchObject({ format: "webp", width: 60, height: 40, hasAlpha: false });
  });

  test("counts the frames of an animation", async () => {
    const size = { width: 60, height: 40 };
    expect(await inspect(await toGif(opaque, clear, opaque))).toMatchObject({
      format: "gif",
      ...size,
      frames: 3,
    });
    expect(await inspect(await toAnimatedWebp(opaque, clear))).toMatchObject({
      format: "webp",
      ...size,
      frames: 2,
    });
  });

  test("reads the sample photographs", async () => {
    for (const path of Object.values(photos)) {
      const { format, width, hasAlpha } = await inspect(await Bun.file(path).bytes());
      expect([format, width > 800, hasAlpha]).toEqual(["jpeg", true, false]);
    }
  });
});

describe("orientation", () => {
  const app1 = (tiff: Uint8Array) =>
    Buffer.concat([Buffer.from([0xff, 0xe1, 0, tiff.length + 8]), Buffer.from("Exif\0\0", "latin1"), tiff]);
  const files: Readonly<Record<string, (tiff: Buffer) => Uint8Array>> = {
    "a JPEG": (tiff) => jpegOf([8, 200, 100], app1(tiff)),
    "a PNG": (tiff) => pngOf(200, 100, 2, ["eXIf", tiff]),
    "a WebP": (tiff) => webpOf(canvas(8), ["EXIF", tiff]),
    "a WebP with a chunk of odd length before": (tiff) =>
      webpOf(canvas(8), ["junk", new Uint8Array(3)], ["EXIF", tiff]),
    "a WebP with a prefix": (tiff) =>
      webpOf(canvas(8), ["EXIF", Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff])]),
  };
  for (const [what, make] of Object.entries(files)) {
    test(`of ${what} turns the size, whatever the byte order and type`, async () => {
      for (const order of ["II", "MM"] as const) {
        for (const type of [3, 4] as const) {
          for (let value = 0; value <= 9; value++) {
            const { width, height, isUpright } = await inspect(make(exifOf(order, type, value)));
            expect([value, width < height]).toEqual([value, value >= 5 && value <= 8]);
            expect([value, isUpright]).toEqual([value, value <= 1 || value === 9]);
          }
        }
      }
    });
  }

  test("of a JPEG, a PNG, a WebP and a TIFF is as libvips sees it", async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      for (const file of await withOrientation(opaque, orientation)) {
        const { width, height } = await uprightSize(file);
        expect(await inspect(file)).toMatchObject({ width, height });
      }
    }
  });

  test("is 1 where EXIF makes no sense", async () => {
    const good = exifOf("MM", 3, 6);
    const bad: Buffer[] = [
      good.subarray(0, 18),
      Buffer.concat([Buffer.from("IM"), good.subarray(2)]),
      Buffer.concat([good.subarray(0, 3), Buffer.from([43]), good.subarray(4)]),
      // Somewhere else than the file goes.
      Buffer.concat([good.subarray(0, 4), Buffer.from([0, 9, 0, 0]), good.subarray(8)]),
      // Two numbers.
      Buffer.concat([good.subarray(0, 17), Buffer.from([2]), good.subarray(18)]),
    ];
    for (const tiff of bad) expect((await inspect(jpegOf([8, 200, 100], app1(tiff)))).isUpright).toBe(true);
  });

  test("is the first one's of two", async () => {
    const file = jpegOf([8, 200, 100], app1(exifOf("MM", 3, 6)), app1(exifOf("MM", 3, 1)));
    expect(await inspect(file)).toMatchObject({ width: 100, height: 200 });
  });
});

describe("colors that need converting", () => {
  const table: readonly [what: string, file: () => Uint8Array | Promise<Uint8Array>, isSrgb: boolean][] = [
    ["a JPEG without a profile", () => toJpeg(opaque), true],
    ["a gray JPEG", () => jpegOf([8, 9, 9, 1]), true],
    ["a JPEG of 12 bits", () => jpegOf([12, 9, 9, 3]), false],
    ["a JPEG in CMYK", () => odd.cmyk(opaque), false],
    ["a JPEG in sRGB by profile", () => withProfile(opaque, "srgb", "jpeg"), true],
    ["a JPEG in Display P3", () => withProfile(opaque, "p3", "jpeg"), false],
    ["a PNG in sRGB by profile", () => withProfile(opaque, "srgb"), true],
    ["a PNG in Display P3", () => withProfile(opaque, "p3"), false],
    [
      "a PNG with a profile that is none",
      async () => attachProfile(await toPng(opaque), new Uint8Array(200)),
      false,
    ],
    ["a PNG in Display P3 by number", () => pngOf(9, 9, 2, ["cICP", new Uint8Array([12, 13, 0, 1])]), false],
    ["a PNG in sRGB by number", () => pngOf(9, 9, 2, ["cICP", new Uint8Array([1, 13, 0, 1])]), true],
    ["a PNG of 16 bits", () => odd.sixteenBits(opaque), false],
    ["a PNG of 1 bit", () => deepPngOf(1, 9, 9, 0), true],
    ["a WebP in Display P3", () => withProfile(opaque, "p3", "webp"), false],
    ["a WebP in sRGB by profile", () => withProfile(opaque, "srgb", "webp"), true],
    ["a TIFF in Display P3", () => withProfile(opaque, "p3", "tiff"), false],
    ["a TIFF", () => toTiff(opaque), true],
    ["an AVIF of 10 bits", () => odd.tenBits(opaque), false],
    ["an AVIF", () => toAvif(opaque), true],
  ];
  for (const [what, file, isSrgb] of table) {
    test(`${what}: ${isSrgb ? "no" : "yes"}`, async () =>
      expect((await inspect(await file())).isSrgb).toBe(isSrgb));
  }

  test("a profile in several segments is one that needs it", async () => {
    const icc = await profileOf(await withProfile(opaque, "srgb"));
    const segment = (index: number, count: number, data: Uint8Array) => {
      const length = 16 + data.length;
      const head = Buffer.from([0xff, 0xe2, length >> 8, length & 255]);
      return Buffer.concat([head, Buffer.from("ICC_PROFILE\0", "latin1"), Buffer.from([index, count]), data]);
    };
    expect((await inspect(jpegOf([], segment(1, 1, icc)))).isSrgb).toBe(true);
    expect((await inspect(jpegOf([], segment(1, 2, icc), segment(2, 2, icc)))).isSrgb).toBe(false);
  });
});

describe("alpha", () => {
  const transparency: Chunk = ["tRNS", new Uint8Array(6)];
  const colors: Chunk = ["PLTE", new Uint8Array(3)];
  const table: readonly [what: string, file: () => Uint8Array | Promise<Uint8Array>, hasAlpha: boolean][] = [
    ["a JPEG", () => toJpeg(opaque), false],
    ["a gray PNG", () => pngOf(9, 9, 0), false],
    ["a PNG of true color", () => pngOf(9, 9, 2), false],
    ["a PNG with a palette", () => pngOf(9, 9, 3, colors), false],
    ["a gray PNG with alpha", () => pngOf(9, 9, 4), true],
    ["a PNG of true color with alpha", () => pngOf(9, 9, 6), true],
    ["a gray PNG with one transparent shade", () => pngOf(9, 9, 0, ["tRNS", new Uint8Array(2)]), true],
    ["a PNG with one transparent color", () => pngOf(9, 9, 2, transparency), true],
    ["a PNG with a transparent palette", () => pngOf(9, 9, 3, colors, ["tRNS", new Uint8Array(1)]), true],
    ["a PNG that only speaks of tRNS", () => pngOf(9, 9, 2, ["tEXt", Buffer.from("Comment\0tRNS")]), false],
    [
      "a PNG that speaks of IDAT before its tRNS",
      () => pngOf(9, 9, 2, ["tEXt", Buffer.from("Comment\0IDAT")], transparency),
      true,
    ],
    ["a lossless WebP without alpha", () => toWebp(opaque), false],
    ["a lossless WebP with alpha", () => toWebp(clear), true],
    ["an extended WebP without alpha", () => webpOf(canvas(0)), false],
    ["an extended WebP with alpha", () => webpOf(canvas(0x10)), true],
    [
      "an animated WebP, whose frames need not fill it",
      () =>
        toAnimatedWebp(
          opaque,
          raster(60, 40, () => white),
        ),
      true,
    ],
    ["an AVIF without alpha", () => toAvif(opaque), false],
    ["an AVIF with alpha", () => toAvif(clear), true],
    ["a TIFF without alpha", () => toTiff(opaque), false],
    ["a TIFF with alpha", () => toTiff(clear), true],
    ["a HEIC without alpha", () => makeHeic(), false],
    ["a HEIC with alpha", () => makeHeic({ alpha: "straight" }), true],
    ["a JPEG XL without alpha", () => jxlFiles.bare, false],
    ["a JPEG XL with alpha", () => jxlFiles.alpha, true],
    ["a BMP of 24 bits", () => toBmp(opaque), false],
    [
      "a BMP with a mask for alpha",
      () => makeBmp({ bits: 32, compression: 6, masks: [4, 2, 1, 8], rows: [] }),
      true,
    ],
    [
      "a BMP with an empty mask for it",
      () => makeBmp({ bits: 32, compression: 6, masks: [4, 2, 1, 0], rows: [] }),
      false,
    ],
    ["an icon", async () => makeIco(1, await toPng(opaque)), true],
    ["a drawing", () => Buffer.from("<svg/>"), true],
  ];
  for (const [what, file, hasAlpha] of table) {
    test(`${hasAlpha ? "may be" : "cannot be"} in ${what}`, async () => {
      expect((await inspect(await file())).hasAlpha).toBe(hasAlpha);
    });
  }
});

describe("what is too large", () => {
  const side = Math.sqrt(serverLimits.sourcePixels);
  const tooLarge = { code: "original_too_large" };

  test("is refused by its header", async () => {
    const long = new Uint8Array((side * side * 3) / 1000);
    const whole = Buffer.concat([pngOf(side, side, 2), long]);
    expect(await inspect(whole)).toMatchObject({ width: side });
    for (const size of [
      [side, side + 1],
      [2 ** 31 - 1, 2 ** 31 - 1],
    ] as const) {
      await expect(inspect(pngOf(...size, 2))).rejects.toMatchObject(tooLarge);
    }
    const rows: number[] = [];
    await expect(
      inspect(makeBmp({ bits: 1, width: side, height: -side - 1, palette, rows })),
    ).rejects.toMatchObject(tooLarge);
    const wide = await inspect(webpOf(canvas(0)));
    expect(wide).toMatchObject({ width: 300, height: 200 });
  });

  test("is less for what is decoded in WebAssembly", async () => {
    const fits = Math.floor(Math.sqrt(serverLimits.heicPixels));
    const heicOf = (side: number) =>
      Buffer.concat([makeHeic({ size: [side, side] }), new Uint8Array(500_000)]);
    expect(await inspect(heicOf(fits))).toMatchObject({ width: fits });
    await expect(inspect(heicOf(fits + 1))).rejects.toMatchObject(tooLarge);
  });

  /** Frames without content: headers are all that is read. */
  const moving = (frames: number) =>
    webpOf(canvas(2), ...Array.from({ length: frames }, (): Chunk => ["ANMF", new Uint8Array(16)]));

  test("is an animation of too many frames, or of too many pixels in all of them", async () => {
    const fits = Math.floor(serverLimits.animationPixels / (300 * 200));
    expect(fits).toBeLessThan(serverLimits.animationFrames);
    expect(await inspect(moving(fits))).toMatchObject({ frames: fits });
    await expect(inspect(moving(fits + 1))).rejects.toMatchObject(tooLarge);

    const tiny: Chunk = ["VP8X", Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0, 0])];
    const many = (frames: number) =>
      webpOf(tiny, ...Array.from({ length: frames }, (): Chunk => ["ANMF", new Uint8Array(16)]));
    expect(await inspect(many(serverLimits.animationFrames))).toMatchObject({ width: 1, height: 1 });
    await expect(inspect(many(serverLimits.animationFrames + 1))).rejects.toMatchObject(tooLarge);
  });
});

describe("what is broken", () => {
  const many = (part: Buffer) => Buffer.concat(new Array(serverLimits.headerParts + 1).fill(part));
  const files: Readonly<Record<string, Uint8Array>> = {
    "a PNG without width": pngOf(0, 9, 2),
    "a PNG without height": pngOf(9, 0, 2),
    "a JPEG without height": jpegOf([8, 9, 0]),
    "an animation without frames": webpOf(canvas(2)),
    "the signature of a PNG alone": Buffer.concat([pngOf(9, 9, 2).subarray(0, 8), Buffer.alloc(8)]),
    "a PNG that begins with something else": Buffer.concat([
      pngOf(9, 9, 2).subarray(0, 8),
      pngChunk("IDAT", new Uint8Array(20)),
    ]),
    "a PNG without pixels": pngOf(9, 9, 2).subarray(0, 33),
    "a JPEG without a frame": Buffer.concat([
      jpegOf([]).subarray(0, 2),
      Buffer.from([0xff, 0xda, 0, 2]),
      Buffer.alloc(20),
    ]),
    "the start of a JPEG": jpegOf([]).subarray(0, 15),
    "a WebP of something else": webpOf(["JUNK", new Uint8Array(40)]),
    "the signature of a JPEG XL": Buffer.concat([jxlFiles.boxed.subarray(0, 32)]),
    "an icon that points nowhere": makeIco(1, new Uint8Array(0)),
    "a TIFF of zeros": Buffer.concat([Buffer.from("II*\0", "latin1"), Buffer.alloc(60)]),
    "a GIF of zeros": Buffer.concat([Buffer.from("GIF89a", "latin1"), Buffer.alloc(60)]),
    "an AVIF of nothing": Buffer.from("\0\0\0\x14ftypavif\0\0\0\0avif", "latin1"),
    "a JPEG of very many segments": jpegOf([], many(Buffer.from([0xff, 0xfe, 0, 2]))),
    "a PNG of very many chunks": pngOf(
      9,
      9,
      2,
      ...new Array(serverLimits.headerParts + 1).fill(["teXt", new Uint8Array(0)]),
    ),
    "a WebP of very many chunks": webpOf(
      canvas(0),
      ...new Array(serverLimits.headerParts + 1).fill(["junk", new Uint8Array(0)]),
    ),
  };
  for (const [what, file] of Object.entries(files)) {
    test(what, async () => expect(inspect(file)).rejects.toMatchObject({ code: "image_broken" }));
  }

  test("is not a JPEG with tables before its frame", async () => {
    // DHT, DAC and JPG have numbers among those of frames; here they look like a frame of 1x1.
    for (const marker of [0xc4, 0xc8, 0xcc]) {
      const table = Buffer.from([0xff, marker, 0, 17, 8, 0, 1, 0, 1, 3, ...new Array(9).fill(1)]);
      expect(await inspect(jpegOf([8, 20, 10], table))).toMatchObject({ width: 20, height: 10 });
    }
  });

  test("is not what has bytes between its segments, which libjpeg skips", async () => {
    const file = jpegOf([8, 20, 10], Buffer.from([0xff, 0xfe, 0, 2, 0, 1, 2, 0xff, 0xff, 0, 0xff, 0xd0]));
    expect(await inspect(file)).toMatchObject({ width: 20, height: 10 });
  });
});

describe("what is not an image", () => {
  const others: Readonly<Record<string, Uint8Array>> = {
    "an empty file": new Uint8Array(0),
    "one byte": new Uint8Array([0xff]),
    text: Buffer.from("just text"),
    "text that begins like a bitmap": Buffer.from("BMW and Mercedes are two brands of cars."),
    "a page of HTML with a drawing in it": Buffer.from("<!doctype html><html><body><svg/></body></html>"),
    "a PDF": Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj"),
    "a PSD": Buffer.concat([Buffer.from("8BPS"), Buffer.alloc(40, 1)]),
    "an MP4": Buffer.from("\0\0\0\x18ftypmp42\0\0\0\0isommp42", "latin1"),
    "a RIFF that is sound": Buffer.from("RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", "latin1"),
    "nothing but zeros": new Uint8Array(100),
    "a program of Java": Buffer.from("cafebabe0000003400", "hex"),
  };
  for (const [what, bytes] of Object.entries(others)) {
    test(what, async () => expect(inspect(bytes)).rejects.toMatchObject({ code: "not_an_image" }));
  }
});

describe("damage", () => {
  test("ends in an answer or in an error that can be told", async () => {
    const sources = await Promise.all([
      toJpeg(opaque, 6),
      withProfile(opaque, "p3"),
      toWebp(clear),
      toAnimatedWebp(opaque, clear),
      toGif(opaque, clear),
      toAvif(opaque),
      toTiff(opaque),
      makeHeic({ grid: true, alpha: "premultiplied" }),
      jxlFiles.turned,
      jxlFiles.icc,
      toBmp(opaque),
      makeIco(2, await toPng(opaque)),
      Buffer.from('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg width="1" viewBox="0 0 1 1"/>'),
    ]);
    const damage = fc.record({
      source: fc.constantFrom(...sources),
      keep: fc.double({ min: 0.01, max: 1, noNaN: true }),
      changes: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ source, keep, changes }) => {
        const file = new Uint8Array(source.subarray(0, Math.ceil(source.length * keep)));
        for (const [at, value] of changes) file[at % file.length] = value;
        const info = await inspect(file).catch((error: unknown) => error);
        if (info instanceof FreshetError) {
          expect(["not_an_image", "image_broken", "original_too_large"]).toContain(info.code);
        } else {
          const { width, height, frames } = info as Awaited<ReturnType<typeof inspect>>;
          for (const number of [width, height, frames])
            expect(Number.isInteger(number) && number > 0).toBe(true);
          expect(width * height).toBeLessThanOrEqual(serverLimits.sourcePixels);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test("a file of few bytes may not have so many pixels, in a format that is slow to decode, as one of a photograph's", async () => {
  await expect(inspect(flatJxl)).rejects.toMatchObject({ code: "original_too_large" });
  expect(await inspect(Buffer.concat([flatJxl, Buffer.alloc(20_000)]))).toMatchObject({ width: 2_000 });
});
