import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { FreshetError, negotiate, parseRequest, plainToken, type SourceFormat } from "@freshet/core";
import { makeHeic } from "../engine/decoders/test-heic.ts";
import { jxlFiles } from "../engine/decoders/test-jxl.ts";
import { pngEnd, pngHeader, pngOf } from "../engine/decoders/test-png.ts";
import {
  busy,
  raster,
  red,
  toAnimatedWebp,
  toAvif,
  toBmp,
  toGif,
  toJpeg,
  toPng,
  toRaster,
  toTiff,
  toWebp,
} from "../engine/test-pictures.ts";
import { inspect } from "../origin/inspect.ts";
import { render } from "./render.ts";

/** Files that are not what they say, or say what nobody should believe. Each has a second. */
const withinMs = 1_000;
/** Far less than what the sizes that these files name would take: 3 GB for the smallest lie. */
const withinBytes = 400_000_000;

async function renderUrl(query: string, original: Uint8Array): Promise<Uint8Array> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const { format } = await inspect(original);
  return (await render({ original, watermarks: [] }, plan, negotiate(plan.formats, null, format))).bytes;
}

async function codeOf(query: string, original: Uint8Array): Promise<string> {
  try {
    await renderUrl(query, original);
    return "a picture";
  } catch (error) {
    if (error instanceof FreshetError) return error.code;
    throw error;
  }
}

const small = busy(64, 48);
const files = {
  jpeg: await toJpeg(small),
  png: await toPng(small),
  webp: await toWebp(small),
  avif: await toAvif(small),
  gif: await toGif(small),
  tiff: await toTiff(small),
  bmp: toBmp(small),
  heic: makeHeic(),
  jxl: jxlFiles.bare,
} satisfies Partial<Record<SourceFormat, Uint8Array>>;

/** Bytes of a file, changed in a few places. */
function patched(file: Uint8Array, change: (bytes: Buffer) => void): Uint8Array {
  const bytes = Buffer.from(file);
  change(bytes);
  return bytes;
}

/** A PNG whose checksums are right, whatever its header says. */
function pngSaying(width: number, height: number, rows: Uint8Array): Uint8Array {
  return pngOf(pngHeader(width, height, 8, 2), ["IDAT", deflateSync(rows)], pngEnd);
}

const jpegSize = (bytes: Buffer, width: number, height: number) => {
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
};
const bmpSize = (bytes: Buffer, width: number, height: number) => {
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
};

/** A GIF of so many frames of one pixel. */
function gifOf(frames: number): Uint8Array {
  const head = Buffer.from("47494638396101000100800000000000ffffff", "hex");
  const frame = Buffer.from("21f904000a0000002c00000000010001000002024401003b", "hex").subarray(0, -1);
  return Buffer.concat([head, ...new Array<Buffer>(frames).fill(frame), Buffer.from(";")]);
}

/** An animated WebP of so many frames of one pixel. */
function webpOf(frame: Uint8Array, frames: number): Uint8Array {
  const source = Buffer.from(frame);
  const start = source.indexOf("ANMF");
  const end = start + 8 + source.readUInt32LE(start + 4);
  const body = Buffer.concat([
    source.subarray(12, start),
    ...new Array<Buffer>(frames).fill(source.subarray(start, end)),
  ]);
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

const twoFrames = await toAnimatedWebp(
  raster(1, 1, () => red),
  raster(1, 1, () => [0, 0, 255, 255]),
);

const refused: readonly (readonly [what: string, code: string, file: Uint8Array])[] = [
  [
    "a JPEG that says 65,535 by 65,535",
    "original_too_large",
    patched(files.jpeg, (b) => jpegSize(b, 65_535, 65_535)),
  ],
  ["a PNG that says 60,000 by 60,000", "original_too_large", pngSaying(60_000, 60_000, new Uint8Array(100))],
  ["a PNG that says 2^31-1 by 1", "original_too_large", pngSaying(2 ** 31 - 1, 1, new Uint8Array(100))],
  [
    "a PNG that has a hundredth of the rows it says",
    "image_broken",
    pngSaying(9_000, 9_000, new Uint8Array(100_000)),
  ],
  [
    "a PNG whose pixels unpack to a thousand times as much",
    "image_broken",
    pngSaying(10, 10, new Uint8Array(50_000_000)).subarray(0, 20_000),
  ],
  [
    "a BMP that says 30,000 by 30,000",
    "original_too_large",
    patched(files.bmp, (b) => bmpSize(b, 30_000, 30_000)),
  ],
  [
    "a BMP that says 8,000 by 8,000 and ends",
    "image_broken",
    patched(files.bmp, (b) => bmpSize(b, 8_000, 8_000)),
  ],
  ["a HEIC that says 60,000 by 60,000", "original_too_large", makeHeic({ size: [60_000, 60_000] })],
  ["a HEIC that says 2,800 by 2,800 and has 64", "image_broken", makeHeic({ size: [2_800, 2_800] })],
  ["a GIF of 10,000 frames", "original_too_large", gifOf(10_000)],
  ["a WebP of 10,000 frames", "original_too_large", webpOf(twoFrames, 10_000)],
  ["a WebP of no frames", "image_broken", webpOf(twoFrames, 0)],
  ["a GIF of no frames", "image_broken", gifOf(0)],
  ...(["png", "webp", "avif", "tiff", "heic", "jxl", "bmp"] as const).map(
    (format) =>
      [`half of a ${format}`, "image_broken", files[format].subarray(0, files[format].length / 2)] as const,
  ),
];

describe("within a second, and without the memory that the header asks for,", () => {
  for (const [what, code, file] of refused) {
    test(`${what} is ${code}`, async () => {
      await codeOf("w=32", files.png);
      const before = process.memoryUsage.rss();
      const startMs = performance.now();
      expect(await codeOf("w=32&force_format=jpeg", file)).toBe(code);
      expect(performance.now() - startMs).toBeLessThan(withinMs);
      expect(process.memoryUsage.rss() - before).toBeLessThan(withinBytes);
    });
  }

  for (const format of ["jpeg", "gif"] as const) {
    test(`half of a ${format} is what there is of it, or broken`, async () => {
      const half = files[format].subarray(0, files[format].length / 2);
      expect(["a picture", "image_broken"]).toContain(await codeOf("w=32&force_format=png", half));
    });
  }
});

describe("a picture under another's name", () => {
  const inner = { jpeg: files.jpeg, webp: files.webp, gif: files.gif } as const;
  for (const [format, file] of Object.entries(inner)) {
    test(`is read for the ${format} that it is`, async () => {
      const { plan } = parseRequest("/h.io/x.png?w=32", plainToken("doc"));
      const output = negotiate(plan.formats, null, format as SourceFormat);
      const entry = await render({ original: file, watermarks: [] }, plan, output);
      expect(entry.type).toBe(`image/${format}`);
    });
  }

  for (const [name, from] of Object.entries(files)) {
    test(`is broken with the head of a ${name} and the rest of something else`, async () => {
      const bytes = Buffer.concat([from.subarray(0, 16), Buffer.alloc(5_000, 0x55)]);
      expect(["image_broken", "not_an_image", "original_too_large"]).toContain(await codeOf("w=32", bytes));
    });
  }
});

describe("a picture of one pixel in one direction", () => {
  const strips = {
    "1 by 1": [1, 1],
    "65,535 by 1": [65_535, 1],
    "1 by 65,535": [1, 65_535],
  } as const;
  for (const [what, [width, height]] of Object.entries(strips)) {
    for (const query of [
      "w=100",
      "h=100",
      "w=50&h=50",
      "w=50&h=50&func=fit",
      "w=50&h=50&gravity=auto",
      "trim=5&w=9",
      "r=90&w=9",
      "w=9&r=30",
    ]) {
      test(`${what}, ?${query}, is a picture`, async () => {
        const file = await toPng(raster(width, height, () => red));
        const { width: w, height: h } = await toRaster(await renderUrl(`${query}&force_format=png`, file));
        expect(Math.min(w, h)).toBeGreaterThanOrEqual(1);
        expect(Math.max(w, h)).toBeLessThanOrEqual(8192);
      });
    }
  }
  test("of a JPEG's greatest side is read", async () => {
    const file = await toJpeg(raster(65_500, 2, () => red));
    expect(await codeOf("w=300", file)).toBe("a picture");
  });
});
