import { deflateSync, gzipSync } from "node:zlib";
import sharp from "sharp";
import { makeHeic } from "./decoders/test-heic.ts";
import { flatJxl } from "./decoders/test-jxl.ts";
import { type PngChunk, pngEnd, pngHeader, pngOf } from "./decoders/test-png.ts";
import { busy, raster, red, toAnimatedWebp, toAvif, toJpeg, toPng, toTiff, toWebp } from "./test-pictures.ts";

/** Test-only: small files that ask for very much, or for work without end. */
export interface Bomb {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What is answered; `picture` where it is harmless in the end. */
  readonly ends: "original_too_large" | "image_broken" | "not_an_image" | "picture" | "either";
}

const small = busy(64, 48);
const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function patched(file: Uint8Array, change: (bytes: Buffer) => void): Uint8Array {
  const bytes = Buffer.from(file);
  change(bytes);
  return bytes;
}

function times(count: number, part: Uint8Array): Uint8Array {
  return Buffer.concat(new Array<Uint8Array>(count).fill(part));
}

/** In one color. */
const flatOf = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: "red" } });

/** A segment of a JPEG, with its length. */
function segment(marker: number, data: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([0xff, marker]), u16(data.length + 2), data]);
}

/** Puts segments behind a JPEG's first two bytes. */
function withSegments(jpeg: Uint8Array, ...segments: Uint8Array[]): Uint8Array {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

function jpegSize(marker: number, width: number, height: number) {
  return (bytes: Buffer) => {
    const frame = bytes.indexOf(Buffer.from([0xff, marker]));
    bytes.writeUInt16BE(height, frame + 5);
    bytes.writeUInt16BE(width, frame + 7);
  };
}

/** A progressive JPEG whose scans come again and again: each is gone through for every block of the picture. */
function scans(jpeg: Uint8Array, count: number): Uint8Array {
  const file = Buffer.from(jpeg);
  const first = file.indexOf(Buffer.from([0xff, 0xda]));
  const second = file.indexOf(Buffer.from([0xff, 0xda]), first + 2);
  const third = file.indexOf(Buffer.from([0xff, 0xda]), second + 2);
  return Buffer.concat([
    file.subarray(0, second),
    times(count, file.subarray(second, third)),
    file.subarray(-2),
  ]);
}

function exifSegment(tiff: Uint8Array): Uint8Array {
  return segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]));
}

/** Directories of EXIF that follow each other in a ring. */
const exifRing = Buffer.concat([
  Buffer.from("MM\0*\0\0\0\x08", "latin1"),
  u16(2),
  Buffer.from("8769000400000001", "hex"),
  u32(8),
  Buffer.from("8825000400000001", "hex"),
  u32(8),
  u32(8),
]);

/** 65,535 entries, each of 4 GB. */
const exifEntries = Buffer.concat([
  Buffer.from("MM\0*\0\0\0\x08", "latin1"),
  u16(65_535),
  times(4_000, Buffer.from("010f0002ffffffff00000000", "hex")),
]);

/** A profile for RGB whose color table names 255 points in each of 15 directions. */
const hugeTables = (() => {
  const profile = Buffer.alloc(60_000);
  profile.writeUInt32BE(profile.length, 0);
  profile.writeUInt32BE(0x04300000, 8);
  profile.write("mntrRGB Lab ", 12, "latin1");
  profile.write("acsp", 36, "latin1");
  profile.writeUInt32BE(1, 128);
  profile.write("A2B0", 132, "latin1");
  profile.writeUInt32BE(144, 136);
  profile.writeUInt32BE(59_000, 140);
  profile.write("mft2", 144, "latin1");
  profile.set([15, 15, 255], 152);
  return profile;
})();

function pngSaying(width: number, height: number, data: Uint8Array, ...before: PngChunk[]): Uint8Array {
  return pngOf(pngHeader(width, height, 8, 2), ...before, ["IDAT", data], pngEnd);
}

/** A profile of ICC that is all zeros, `bytes` long, packed. */
function profileChunk(bytes: number): PngChunk {
  return ["iCCP", Buffer.concat([Buffer.from("bomb\0\0", "latin1"), deflateSync(Buffer.alloc(bytes))])];
}

const gifHead = (width: number, height: number) => {
  const head = Buffer.from("47494638396100000000800000000000ffffff", "hex");
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return head;
};
const gifFrame = Buffer.from("21f904000a0000002c00000000010001000002024401003b", "hex").subarray(0, -1);
const gifOf = (width: number, height: number, ...parts: Uint8Array[]) =>
  Buffer.concat([gifHead(width, height), ...parts, Buffer.from(";")]);

type Chunk = readonly [name: string, data: Uint8Array];

function chunkOf([name, data]: Chunk): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from(name, "latin1"), length, data, Buffer.alloc(data.length % 2)]);
}

/** Chunks, or bytes that are some already. */
function riff(...chunks: (Chunk | Uint8Array)[]): Uint8Array {
  const body = Buffer.concat(chunks.map((chunk) => (chunk instanceof Uint8Array ? chunk : chunkOf(chunk))));
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(4 + body.length, 4);
  return Buffer.concat([head, body]);
}

/** @param flags of `VP8X`: 2 moving, 4 XMP, 8 EXIF, 16 alpha, 32 profile */
function vp8x(flags: number, width: number, height: number): Chunk {
  const data = Buffer.alloc(10);
  data.writeUInt32LE(flags, 0);
  data.writeUIntLE(width - 1, 4, 3);
  data.writeUIntLE(height - 1, 7, 3);
  return ["VP8X", data];
}

function tiffOf(
  fields: readonly (readonly [tag: number, type: number, count: number, value: number])[],
  data: Uint8Array,
  next = 0,
): Uint8Array {
  const head = Buffer.alloc(10 + fields.length * 12 + 4);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(fields.length, 8);
  for (const [index, [tag, type, count, value]] of fields.entries()) {
    const at = 10 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  head.writeUInt32LE(next, head.length - 4);
  return Buffer.concat([head, data]);
}

/** A gray TIFF in one strip. @param compression 1 none, 8 deflate, 32773 PackBits */
function tiffSaying(width: number, height: number, compression: number, strip: Uint8Array, next = 0) {
  const fields = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, compression],
    [262, 3, 1, 1],
    [273, 4, 1, 10 + 9 * 12 + 4],
    [277, 3, 1, 1],
    [278, 4, 1, height],
    [279, 4, 1, strip.length],
  ] as const;
  return tiffOf(fields, strip, next);
}

function svg(body: string, attributes = 'width="100" height="100"'): Uint8Array {
  return new TextEncoder().encode(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${body}</svg>`,
  );
}

/** Each level uses the one before ten times. */
function useBomb(levels: number): string {
  const level = (at: number) => `<g id="l${at}">${`<use href="#l${at - 1}"/>`.repeat(10)}</g>`;
  return `<rect id="l0" width="9" height="9"/>${Array.from({ length: levels }, (_, at) => level(at + 1)).join("")}`;
}

function icoOf(...entries: { readonly length: number; readonly offset: number }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * entries.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(entries.length, 4);
  for (const [index, { length, offset }] of entries.entries()) {
    head.writeUInt32LE(length, 6 + 16 * index + 8);
    head.writeUInt32LE(offset, 6 + 16 * index + 12);
  }
  return head;
}

function icoWith(picture: Uint8Array): Uint8Array {
  return Buffer.concat([icoOf({ length: picture.length, offset: 22 }), picture]);
}

function heifBox(name: string, ...parts: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(name, "latin1"), body]);
}

/** Boxes of a HEIF within each other. */
function nested(name: string, depth: number): Uint8Array {
  let inside: Uint8Array = new Uint8Array(0);
  for (let at = 0; at < depth; at++) inside = heifBox(name, inside);
  return inside;
}

const heifType = heifBox("ftyp", Buffer.from("avif\0\0\0\0avifmif1", "latin1"));

const avifSize = (width: number, height: number) => (bytes: Buffer) => {
  const at = bytes.indexOf("ispe");
  bytes.writeUInt32BE(width, at + 8);
  bytes.writeUInt32BE(height, at + 12);
};

/** Makes the whole collection: some seconds of work. */
export async function makeBombs(): Promise<readonly Bomb[]> {
  return [
    ...(await jpegBombs()),
    ...(await pngBombs()),
    ...(await webpBombs()),
    ...(await gifBombs()),
    ...(await heifBombs()),
    ...(await tiffBombs()),
    ...svgBombs(),
    ...icoBombs(),
    { name: "JPEG XL of 4 MP in 1,815 bytes", bytes: flatJxl, ends: "original_too_large" },
  ];
}

async function jpegBombs(): Promise<Bomb[]> {
  const jpeg = await toJpeg(small);
  const progressive = await flatOf(6_000).jpeg({ progressive: true }).toBuffer();
  const icc = (parts: number) =>
    Array.from({ length: parts }, (_, at) =>
      segment(
        0xe2,
        Buffer.concat([
          Buffer.from("ICC_PROFILE\0", "latin1"),
          Buffer.from([at + 1, parts]),
          Buffer.alloc(65_000),
        ]),
      ),
    );
  return [
    {
      name: "JPEG of 65,535 by 65,535",
      bytes: patched(jpeg, jpegSize(0xc0, 65_535, 65_535)),
      ends: "original_too_large",
    },
    { name: "JPEG without a height", bytes: patched(jpeg, jpegSize(0xc0, 64, 0)), ends: "image_broken" },
    {
      name: "progressive JPEG of 36 MP and 20,000 scans",
      bytes: scans(progressive, 20_000),
      ends: "original_too_large",
    },
    {
      name: "progressive JPEG of 36 MP and 400 scans",
      bytes: scans(progressive, 400),
      ends: "original_too_large",
    },
    {
      name: "JPEG of 60,000 segments",
      bytes: withSegments(jpeg, times(60_000, segment(0xef, Buffer.alloc(2)))),
      ends: "image_broken",
    },
    {
      name: "JPEG with 40 MB of fill bytes",
      bytes: withSegments(jpeg, Buffer.alloc(40_000_000, 0xff)),
      ends: "image_broken",
    },
    {
      name: "JPEG with 40 MB of nothing before a marker",
      bytes: withSegments(jpeg, segment(0xef, Buffer.alloc(2)), Buffer.alloc(40_000_000)),
      ends: "image_broken",
    },
    {
      name: "JPEG with 16 MB of profile",
      bytes: withSegments(jpeg, ...icc(255)),
      ends: "original_too_large",
    },
    { name: "JPEG with EXIF in a ring", bytes: withSegments(jpeg, exifSegment(exifRing)), ends: "picture" },
    {
      name: "JPEG with EXIF of 65,535 entries",
      bytes: withSegments(jpeg, exifSegment(exifEntries)),
      ends: "picture",
    },
    {
      name: "JPEG with a profile of 65,535 tables",
      bytes: withSegments(
        jpeg,
        segment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), hugeTables])),
      ),
      ends: "picture",
    },
    { name: "JPEG of 81 MP in one color", bytes: await flatOf(9_000).jpeg().toBuffer(), ends: "picture" },
  ];
}

async function pngBombs(): Promise<Bomb[]> {
  const rows = deflateSync(Buffer.alloc(9_500 * (9_500 * 3 + 1)), { level: 9 });
  const [header, ...rest] = [
    pngHeader(64, 48, 8, 2),
    ["IDAT", deflateSync(Buffer.alloc(48 * 193))] as const,
    pngEnd,
  ] as const;
  const withChunks = (...chunks: PngChunk[]) => pngOf(header, ...chunks, ...rest);
  return [
    {
      name: "PNG of 2^31-1 by 2^31-1",
      bytes: pngSaying(2 ** 31 - 1, 2 ** 31 - 1, rows.subarray(0, 100)),
      ends: "original_too_large",
    },
    {
      name: "PNG of 90 MP that says so and holds 100 bytes",
      bytes: pngSaying(9_500, 9_500, deflateSync(Buffer.alloc(100))),
      ends: "image_broken",
    },
    { name: "PNG of 90 MP in 260 kB", bytes: pngSaying(9_500, 9_500, rows), ends: "picture" },
    { name: "PNG of 10 by 10 whose pixels unpack to 270 MB", bytes: pngSaying(10, 10, rows), ends: "either" },
    {
      name: "PNG of 50,000 chunks",
      bytes: withChunks(...new Array<PngChunk>(50_000).fill(["tEXt", Buffer.from("a\0b")])),
      ends: "image_broken",
    },
    {
      name: "PNG with a profile that unpacks to 100 MB",
      bytes: withChunks(profileChunk(100_000_000)),
      ends: "original_too_large",
    },
    {
      name: "PNG with text that unpacks to 100 MB",
      bytes: withChunks([
        "zTXt",
        Buffer.concat([Buffer.from("a\0\0"), deflateSync(Buffer.alloc(100_000_000))]),
      ]),
      ends: "picture",
    },
    {
      name: "PNG with 30 MB of EXIF",
      bytes: withChunks(["eXIf", Buffer.concat([exifRing, Buffer.alloc(30_000_000)])]),
      ends: "original_too_large",
    },
    {
      name: "PNG whose chunk is longer than the file",
      bytes: patched(await toPng(small), (bytes) => bytes.writeUInt32BE(0x7fffffff, 33)),
      ends: "image_broken",
    },
  ];
}

async function webpBombs(): Promise<Bomb[]> {
  const webp = Buffer.from(await toWebp(small));
  const picture = ["VP8L", webp.subarray(20)] as const;
  const moving = Buffer.from(
    await toAnimatedWebp(
      raster(1, 1, () => red),
      raster(1, 1, () => [0, 0, 255, 255]),
    ),
  );
  const frame = moving.subarray(
    moving.indexOf("ANMF") + 8,
    moving.indexOf("ANMF", moving.indexOf("ANMF") + 4),
  );
  const control = ["ANIM", Buffer.alloc(6)] as const;
  const huge = await flatOf(9_900).webp({ lossless: true, effort: 0 }).toBuffer();
  return [
    {
      name: "WebP of 16,384 by 16,384",
      bytes: patched(webp, (bytes) => bytes.writeUInt32LE(0x0fffffff, 21)),
      ends: "original_too_large",
    },
    {
      name: "WebP whose canvas is 2^24 by 2^24",
      bytes: riff(vp8x(0, 2 ** 24, 2 ** 24), picture),
      ends: "original_too_large",
    },
    {
      name: "WebP whose canvas is larger than its picture",
      bytes: riff(vp8x(0, 9_000, 9_000), picture),
      ends: "image_broken",
    },
    {
      name: "WebP of 10,000 frames",
      bytes: riff(vp8x(2, 1, 1), control, times(10_000, chunkOf(["ANMF", frame]))),
      ends: "original_too_large",
    },
    {
      name: "WebP of 2,000 frames on 90 MP",
      bytes: riff(vp8x(2, 9_500, 9_500), control, times(2_000, chunkOf(["ANMF", frame]))),
      ends: "original_too_large",
    },
    {
      name: "WebP of 1,000,000 chunks",
      bytes: riff(vp8x(0, 64, 48), times(1_000_000, chunkOf(["JUNK", new Uint8Array(0)]))),
      ends: "image_broken",
    },
    {
      name: "WebP with 30 MB of profile",
      bytes: riff(vp8x(32, 64, 48), ["ICCP", Buffer.alloc(30_000_000)], picture),
      ends: "original_too_large",
    },
    {
      name: "WebP with 30 MB of EXIF",
      bytes: riff(vp8x(8, 64, 48), picture, ["EXIF", Buffer.alloc(30_000_000)]),
      ends: "original_too_large",
    },
    { name: "WebP of 98 MP in a few bytes", bytes: huge, ends: "picture" },
  ];
}

async function gifBombs(): Promise<Bomb[]> {
  return [
    {
      name: "GIF of 65,535 by 65,535 with one pixel",
      bytes: gifOf(65_535, 65_535, gifFrame),
      ends: "picture",
    },
    { name: "GIF of 10,000 frames", bytes: gifOf(1, 1, times(10_000, gifFrame)), ends: "original_too_large" },
    {
      name: "GIF of 1,999 frames on 90 MP",
      bytes: gifOf(9_500, 9_500, times(1_999, gifFrame)),
      ends: "picture",
    },
    {
      name: "GIF of 98 MP in 66 kB",
      bytes: await flatOf(9_900).gif().toBuffer(),
      ends: "original_too_large",
    },
    { name: "GIF of 90 MP with one pixel", bytes: gifOf(9_500, 9_500, gifFrame), ends: "picture" },
    {
      name: "GIF of 3,000,000 comments",
      bytes: gifOf(1, 1, times(3_000_000, Buffer.from("21fe014100", "hex")), gifFrame),
      ends: "original_too_large",
    },
    {
      name: "GIF whose frame lies outside",
      bytes: gifOf(
        10,
        10,
        patched(gifFrame, (bytes) => bytes.writeUInt16LE(65_000, 9)),
      ),
      ends: "either",
    },
  ];
}

async function heifBombs(): Promise<Bomb[]> {
  const avif = await toAvif(small);
  return [
    {
      name: "AVIF of 2^32-1 by 2^32-1",
      bytes: patched(avif, avifSize(0xffffffff, 0xffffffff)),
      ends: "image_broken",
    },
    {
      name: "AVIF of 60,000 by 60,000",
      bytes: patched(avif, avifSize(60_000, 60_000)),
      ends: "original_too_large",
    },
    {
      name: "AVIF of 9,000 by 9,000 that holds 64 by 48",
      bytes: patched(avif, avifSize(9_000, 9_000)),
      ends: "either",
    },
    { name: "AVIF of 1 by 1 that holds more", bytes: patched(avif, avifSize(1, 1)), ends: "either" },
    {
      name: "AVIF of 100,000 boxes within each other",
      bytes: Buffer.concat([heifType, nested("meta", 10_000)]),
      ends: "image_broken",
    },
    {
      name: "AVIF of a million boxes",
      bytes: Buffer.concat([heifType, times(1_000_000, heifBox("free"))]),
      ends: "image_broken",
    },
    {
      name: "AVIF whose box has 2^32-1 bytes",
      bytes: Buffer.concat([heifType, u32(0xffffffff), Buffer.from("meta")]),
      ends: "image_broken",
    },
    {
      name: "HEIC of 60,000 by 60,000",
      bytes: makeHeic({ size: [60_000, 60_000] }),
      ends: "original_too_large",
    },
    {
      name: "AVIF of 25 MP in 818 bytes",
      bytes: await flatOf(5_000).avif({ effort: 0, quality: 30 }).toBuffer(),
      ends: "original_too_large",
    },
    {
      name: "HEIC of 7,000 by 7,000 in 700 bytes",
      bytes: makeHeic({ size: [7_000, 7_000] }),
      ends: "original_too_large",
    },
    {
      name: "HEIC of 2,800 by 2,800 that holds 64",
      bytes: makeHeic({ size: [2_800, 2_800] }),
      ends: "image_broken",
    },
  ];
}

async function tiffBombs(): Promise<Bomb[]> {
  const zeros = deflateSync(Buffer.alloc(9_500 * 9_500), { level: 9 });
  const page = tiffSaying(8, 8, 1, Buffer.alloc(64), 8);
  return [
    {
      name: "TIFF of 2^31 by 2^31",
      bytes: tiffSaying(2 ** 31, 2 ** 31, 1, Buffer.alloc(10)),
      ends: "either",
    },
    {
      name: "TIFF of 60,000 by 60,000",
      bytes: tiffSaying(60_000, 60_000, 1, Buffer.alloc(10)),
      ends: "original_too_large",
    },
    {
      name: "TIFF of 90 MP that holds 10 bytes",
      bytes: tiffSaying(9_500, 9_500, 1, Buffer.alloc(10)),
      ends: "image_broken",
    },
    { name: "TIFF of 90 MP in 90 kB, deflated", bytes: tiffSaying(9_500, 9_500, 8, zeros), ends: "picture" },
    {
      name: "TIFF of 10 by 10 whose strip unpacks to 90 MB",
      bytes: tiffSaying(10, 10, 8, zeros),
      ends: "either",
    },
    { name: "TIFF whose directories form a ring", bytes: page, ends: "picture" },
    {
      name: "TIFF of 2^31 samples",
      bytes: patched(await toTiff(small), (bytes) => bytes.fill(0xff, bytes.length - 40)),
      ends: "either",
    },
    {
      name: "TIFF of tiles of 2^30",
      bytes: tiffOf(
        [
          [256, 4, 1, 64],
          [257, 4, 1, 64],
          [258, 3, 1, 8],
          [259, 3, 1, 1],
          [262, 3, 1, 1],
          [277, 3, 1, 1],
          [322, 4, 1, 2 ** 30],
          [323, 4, 1, 2 ** 30],
          [324, 4, 1, 8],
          [325, 4, 1, 64],
        ],
        Buffer.alloc(64),
      ),
      ends: "image_broken",
    },
    {
      name: "TIFF of 65,535 fields",
      bytes: tiffOf(
        Array.from({ length: 65_000 }, (_, at) => [40_000 + (at % 9_000), 3, 0xffffffff, 8] as const),
        Buffer.alloc(64),
      ),
      ends: "image_broken",
    },
  ];
}

function svgBombs(): Bomb[] {
  const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
    "",
  );
  const picture = Buffer.from(pngSaying(9_000, 9_000, deflateSync(Buffer.alloc(9_000 * 27_001)))).toString(
    "base64",
  );
  return [
    {
      name: "SVG of a billion laughs",
      bytes: new TextEncoder().encode(
        `<!DOCTYPE svg [<!ENTITY l0 "lol">${laughs}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&l9;</text></svg>`,
      ),
      ends: "either",
    },
    {
      name: "SVG of one long entity, used 100,000 times",
      bytes: new TextEncoder().encode(
        `<!DOCTYPE svg [<!ENTITY a "${"a".repeat(50_000)}">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>${"&a;".repeat(100_000)}</text></svg>`,
      ),
      ends: "original_too_large",
    },
    {
      name: "SVG that uses what uses what uses",
      bytes: svg(`${useBomb(9)}<use href="#l9"/>`),
      ends: "original_too_large",
    },
    {
      name: "SVG of patterns within themselves",
      bytes: svg(
        `<defs><pattern id="p" width="1" height="1"><rect width="9" height="9" fill="url(#p)"/></pattern></defs><rect width="99" height="99" fill="url(#p)"/>`,
      ),
      ends: "picture",
    },
    {
      name: "SVG of 100,000 groups within each other",
      bytes: svg(`${"<g>".repeat(100_000)}${"</g>".repeat(100_000)}`),
      ends: "original_too_large",
    },
    { name: "SVG of 300,000 elements", bytes: svg("<a/>".repeat(300_000)), ends: "original_too_large" },
    {
      name: "SVG of 2,000 blurs",
      bytes: svg(
        `<filter id="f">${'<feGaussianBlur stdDeviation="99"/>'.repeat(2_000)}</filter><rect width="9999" height="9999" filter="url(#f)"/>`,
        'width="4000" height="4000"',
      ),
      ends: "original_too_large",
    },
    {
      name: "SVG packed to a thousandth",
      bytes: gzipSync(svg(" ".repeat(60_000_000))),
      ends: "original_too_large",
    },
    {
      name: "SVG of 10^9 by 10^9",
      bytes: svg("<rect/>", 'width="1000000000" height="1000000000"'),
      ends: "either",
    },
    {
      name: "SVG with an outline of a million points",
      bytes: svg(`<path d="M0 0${"L9 9".repeat(1_000_000)}"/>`),
      ends: "original_too_large",
    },
    {
      name: "SVG with a PNG of 81 MP inside",
      bytes: svg(`<image width="9" height="9" href="data:image/png;base64,${picture}"/>`),
      ends: "original_too_large",
    },
    {
      name: "SVG with 20,000 declarations before it",
      bytes: new TextEncoder().encode(
        `${"<!-- x -->".repeat(2_000_000)}<svg xmlns="http://www.w3.org/2000/svg"/>`,
      ),
      ends: "not_an_image",
    },
  ];
}

function icoBombs(): Bomb[] {
  const png = pngSaying(60_000, 60_000, deflateSync(Buffer.alloc(100)));
  const dib = Buffer.alloc(40);
  dib.writeUInt32LE(40, 0);
  dib.writeInt32LE(30_000, 4);
  dib.writeInt32LE(60_000, 8);
  dib.writeUInt16LE(1, 12);
  dib.writeUInt16LE(32, 14);
  return [
    { name: "ICO with a PNG of 60,000 by 60,000", bytes: icoWith(png), ends: "original_too_large" },
    { name: "ICO with a bitmap of 30,000 by 30,000", bytes: icoWith(dib), ends: "original_too_large" },
    {
      name: "ICO of 65,535 pictures",
      bytes: Buffer.concat([
        icoOf(...Array.from({ length: 65_535 }, (_, at) => ({ length: 0xffffffff, offset: at }))),
        Buffer.alloc(100),
      ]),
      ends: "either",
    },
    { name: "ICO whose picture is the icon", bytes: icoOf({ length: 22, offset: 0 }), ends: "image_broken" },
  ];
}
