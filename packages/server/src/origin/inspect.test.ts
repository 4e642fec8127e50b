import { describe, expect, test } from "bun:test";
import {
  busy,
  type Raster,
  raster,
  toAnimatedWebp,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toTiff,
  toWebp,
} from "../engine/test-pictures.ts";
import { serverLimits } from "../limits.ts";
import { inspect } from "./inspect.ts";
import { photos } from "./sources/photos.ts";

const opaque = busy(60, 40);
const clear = raster(60, 40, (x) => [200, 100, 0, x * 4]);

/** A PNG by hand: signature, IHDR, the chunks that are given, an empty IDAT, IEND. */
function pngOf(
  width: number,
  height: number,
  colorType: number,
  ...chunks: readonly [name: string, data: Uint8Array][]
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType], 8);
  const all: [string, Uint8Array][] = [
    ["IHDR", header],
    ...chunks,
    ["IDAT", new Uint8Array(0)],
    ["IEND", new Uint8Array(0)],
  ];
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    ...all.map(([name, data]) => chunk(name, data)),
  ]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(Bun.hash.crc32(body));
  return Buffer.concat([length, body, checksum]);
}

describe("inspect", () => {
  const formats: readonly [format: string, make: (picture: Raster) => Uint8Array | Promise<Uint8Array>][] = [
    ["jpeg", (picture) => toJpeg(picture)],
    ["png", toPng],
    ["webp", toWebp],
    ["avif", toAvif],
    ["gif", (picture) => toGif(picture)],
    ["bmp", toBmp],
    ["tiff", toTiff],
  ];
  for (const [format, make] of formats) {
    test(`knows ${format} by its content, with its size`, async () => {
      expect(await inspect(await make(opaque))).toMatchObject({ format, width: 60, height: 40 });
    });
  }

  test("knows the first frame of an animation", async () => {
    expect(await inspect(await toGif(opaque, opaque))).toMatchObject({
      format: "gif",
      width: 60,
      height: 40,
    });
    expect(await inspect(await toAnimatedWebp(opaque, opaque))).toMatchObject({
      format: "webp",
      width: 60,
      height: 40,
    });
  });

  for (let orientation = 1; orientation <= 8; orientation++) {
    const size = orientation > 4 ? { width: 40, height: 60 } : { width: 60, height: 40 };
    test(`gives the upright size of a JPEG with EXIF orientation ${orientation}`, async () => {
      expect(await inspect(await toJpeg(opaque, orientation))).toMatchObject(size);
    });
  }

  test("reads the sample photographs", async () => {
    for (const path of Object.values(photos)) {
      const { format, width, hasAlpha } = await inspect(await Bun.file(path).bytes());
      expect([format, width > 800, hasAlpha]).toEqual(["jpeg", true, false]);
    }
  });
});

describe("alpha", () => {
  const transparency: [string, Uint8Array] = ["tRNS", new Uint8Array(6)];
  const palette: [string, Uint8Array] = ["PLTE", new Uint8Array(3)];
  const table: readonly [what: string, file: () => Uint8Array | Promise<Uint8Array>, hasAlpha: boolean][] = [
    ["a JPEG", () => toJpeg(opaque), false],
    ["a gray PNG", () => pngOf(9, 9, 0), false],
    ["a PNG of true color", () => pngOf(9, 9, 2), false],
    ["a PNG with a palette", () => pngOf(9, 9, 3, palette), false],
    ["a gray PNG with alpha", () => pngOf(9, 9, 4), true],
    ["a PNG of true color with alpha", () => pngOf(9, 9, 6), true],
    ["a gray PNG with one transparent shade", () => pngOf(9, 9, 0, ["tRNS", new Uint8Array(2)]), true],
    ["a PNG with one transparent color", () => pngOf(9, 9, 2, transparency), true],
    ["a PNG with a transparent palette", () => pngOf(9, 9, 3, palette, ["tRNS", new Uint8Array(1)]), true],
    ["a PNG that only speaks of tRNS", () => pngOf(9, 9, 2, ["tEXt", Buffer.from("Comment\0tRNS")]), false],
    [
      "a PNG that speaks of IDAT before its tRNS",
      () => pngOf(9, 9, 2, ["tEXt", Buffer.from("Comment\0IDAT")], transparency),
      true,
    ],
    ["a lossless WebP without alpha", () => toWebp(opaque), false],
    ["a lossless WebP with alpha", () => toWebp(clear), true],
    ["a plain WebP", async () => new Bun.Image(await toPng(opaque)).webp({ quality: 80 }).bytes(), false],
    [
      "an extended WebP with alpha",
      async () => new Bun.Image(await toPng(clear)).webp({ quality: 80 }).bytes(),
      true,
    ],
    ["a GIF", () => toGif(opaque), true],
    ["an AVIF", () => toAvif(opaque), true],
    ["a BMP of 24 bits", () => toBmp(opaque), false],
  ];
  for (const [what, file, hasAlpha] of table) {
    test(`${hasAlpha ? "may be" : "cannot be"} in ${what}`, async () => {
      expect((await inspect(await file())).hasAlpha).toBe(hasAlpha);
    });
  }

  test("is found in a file that lies in the middle of other bytes", async () => {
    const file = await toPng(clear);
    const larger = new Uint8Array(file.length + 100);
    larger.set(file, 50);
    expect((await inspect(larger.subarray(50, 50 + file.length))).hasAlpha).toBe(true);
  });
});

describe("what is refused", () => {
  test("more pixels than an original may have", async () => {
    const side = Math.sqrt(serverLimits.sourcePixels);
    expect(await inspect(pngOf(side, side, 2))).toMatchObject({ width: side });
    await expect(inspect(pngOf(side, side + 1, 2))).rejects.toMatchObject({ code: "original_too_large" });
    await expect(inspect(pngOf(2 ** 31 - 1, 2 ** 31 - 1, 2))).rejects.toMatchObject({
      code: "original_too_large",
    });
  });

  test("no pixels at all", async () => {
    for (const [width, height] of [
      [0, 9],
      [9, 0],
    ] as const) {
      const outcome = inspect(pngOf(width, height, 2)).catch((error) => error.code);
      expect(["image_broken", "not_an_image"]).toContain(await outcome);
    }
  });

  const others: Readonly<Record<string, Uint8Array>> = {
    "an empty file": new Uint8Array(0),
    text: Buffer.from("just text"),
    "an SVG": Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>'),
    "an icon": Buffer.from([0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 104, 4, 0, 0, 22, 0, 0, 0]),
    "a PDF": Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj"),
    "the signature of a PNG alone": Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    "the start of a JPEG alone": Buffer.from([0xff, 0xd8, 0xff]),
    "a PSD": Buffer.concat([Buffer.from("8BPS"), Buffer.alloc(40, 1)]),
  };
  for (const [what, bytes] of Object.entries(others)) {
    test(`${what}, as not_an_image`, async () => {
      await expect(inspect(bytes)).rejects.toMatchObject({ code: "not_an_image" });
    });
  }
});
