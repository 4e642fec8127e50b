import { describe, expect, test } from "bun:test";
import { inspect } from "../../origin/inspect.ts";
import { photos } from "../../origin/sources/photos.ts";
import {
  pixelsOf,
  type Raster,
  raster,
  rasterOf,
  scaledBySharp,
  toAvif,
  toRaster,
} from "../test-pictures.ts";
import { openPixels } from "../vips.ts";
import { decodeAvif } from "./decode-avif.ts";
import { type CodedAv1, codedPicture, withCodedColors } from "./test-avif.ts";
import { heicProperties } from "./test-heic.ts";
import { box, fullBox, gridItem, makeHeif, reference, sizeProperty, text, u16, u32 } from "./test-heif.ts";

const [width, height] = [301, 200];
const photo = await scaledBySharp(await Bun.file(photos["flower.jpg"] as string).bytes(), width, height);

async function write(picture: Raster, chromaSubsampling: "4:2:0" | "4:4:4"): Promise<Uint8Array> {
  return openPixels(pixelsOf(picture)).avif({ quality: 85, effort: 0, chromaSubsampling }).toBuffer();
}

const faint = raster(width, height, (x, y) => [
  ...([0, 1, 2].map((channel) => photo.rgba[(y * width + x) * 4 + channel]) as [number, number, number]),
  (x * 3 + y) % 256,
]);
const clear = await write(faint, "4:4:4");
const [color, alpha] = [codedPicture(clear), codedPicture(clear, 1)];
const fewColors = await write(photo, "4:2:0");
const plain = codedPicture(await write(photo, "4:4:4"));

function fileOf(picture: CodedAv1, ...properties: Uint8Array[]): Uint8Array {
  return makeHeif({ type: avifType, items: [itemOf(1, picture, 3, ...properties)] });
}

function itemOf(id: number, { type, bytes, config }: CodedAv1, planes: number, ...properties: Uint8Array[]) {
  // libavif reads no file without it.
  const depths = fullBox("pixi", 0, 0, Buffer.from([planes, ...new Array<number>(planes).fill(8)]));
  return {
    id,
    type,
    bytes,
    properties: [sizeProperty(width, height), config, depths, ...properties],
  };
}

const avifType = box("ftyp", text("avif"), u32(0), text("avifmif1miaf"));
const codes = (primaries: number, transfer: number, matrix: number, isFullRange: boolean) =>
  box(
    "colr",
    text("nclx"),
    u16(primaries),
    u16(transfer),
    u16(matrix),
    Buffer.from([isFullRange ? 0x80 : 0]),
  );

async function decode(file: Uint8Array): Promise<Raster | null> {
  const pixels = decodeAvif(file, await inspect(file));
  return pixels && rasterOf(pixels);
}

async function expectAsByVips(file: Uint8Array): Promise<void> {
  const ours = await decode(file);
  if (!ours) throw new Error("it is left to libvips");
  const theirs = await toRaster(file);
  expect([ours.width, ours.height]).toEqual([theirs.width, theirs.height]);
  expect(Buffer.compare(ours.rgba, theirs.rgba)).toBe(0);
}

describe("an AVIF has to the last bit the pixels that libvips makes of it", () => {
  for (const matrix of [1, 2, 5, 6, 9]) {
    test(`with matrix ${matrix}, said in the coded bytes`, () =>
      expectAsByVips(fileOf(withCodedColors(plain, { matrix, isFullRange: true }))));
    test(`with matrix ${matrix}, said before them`, () =>
      expectAsByVips(fileOf(plain, codes(1, 13, matrix, true))));
  }
  for (const [primaries, transfer] of [
    [9, 16],
    [12, 13],
    [1, 8],
    [2, 2],
  ] as const) {
    test(`of primaries ${primaries} and transfer ${transfer}, which count for nothing`, () =>
      expectAsByVips(fileOf(plain, codes(primaries, transfer, 6, true))));
  }
  test("in gray", () => expectAsByVips(makeHeif({ type: avifType, items: [itemOf(1, alpha, 1)] })));
  test("with alpha", () => expectAsByVips(clear));
  test("in sRGB by profile", async () =>
    expectAsByVips(await openPixels(pixelsOf(photo)).withIccProfile("srgb").avif({ effort: 0 }).toBuffer()));
  for (const quality of [1, 30, 100]) {
    test(`of quality ${quality}`, async () =>
      expectAsByVips(await openPixels(pixelsOf(photo)).avif({ quality, effort: 0 }).toBuffer()));
  }
  test("of one pixel, and of one row", async () => {
    for (const [across, down] of [
      [1, 1],
      [67, 1],
      [1, 67],
    ] as const) {
      await expectAsByVips(await toAvif(raster(across, down, (x, y) => [x * 3, y * 3, 99, 255])));
    }
  });
  test("of photographs", async () => {
    for (const name of ["boat.jpg", "canyon.jpg"]) {
      const original = await Bun.file(photos[name] as string).bytes();
      await expectAsByVips(await write(await scaledBySharp(original, 640, 480), "4:4:4"));
    }
  }, 30_000);

  test("and no alpha where all of it is opaque", async () => {
    const opaque = openPixels({ ...pixelsOf(photo), data: photo.rgba, channels: 4 });
    for (const avif of [await toAvif(photo), await opaque.avif({ effort: 0 }).toBuffer()]) {
      expect(decodeAvif(avif, await inspect(avif))).toMatchObject({ channels: 3, icc: null });
    }
  });
});

describe("libvips is to read an AVIF", () => {
  const other = { ...plain, bytes: Buffer.alloc(plain.bytes.length, 0x12) };
  const tiles = [
    { id: 1, ...gridItem(1, 1, 200, 200), properties: [sizeProperty(200, 200)] },
    { ...itemOf(2, plain, 3), isHidden: true },
  ];
  const damaged = Buffer.from(plain.bytes);
  damaged.fill(0xa5, 40, 400);
  const files: Readonly<Record<string, Uint8Array>> = {
    "that is turned": fileOf(plain, heicProperties.rotation(1)),
    "of tiles": makeHeif({ type: avifType, items: tiles, references: [reference("dimg", 1, [2])] }),
    "whose colors decoders do not agree about": fileOf(plain, codes(1, 13, 10, true)),
    "that does not use all levels": fileOf(withCodedColors(plain, { matrix: 6, isFullRange: false })),
    "with fewer colors than pixels": fewColors,
    "that holds no picture": fileOf(other),
    "that is damaged": fileOf({ ...plain, bytes: damaged }),
    "that is cut short": fileOf(plain).subarray(0, -100),
  };
  for (const [what, file] of Object.entries(files)) {
    test(what, async () => {
      const info = await inspect(await toAvif(photo));
      expect(decodeAvif(file, info)).toBeNull();
    });
  }

  test("whose alpha is not known to be straight", async () => {
    const kind = fullBox("auxC", 0, 0, text("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
    const items = [itemOf(1, color, 3), itemOf(2, alpha, 1, kind)];
    const straight = makeHeif({ type: avifType, items, references: [reference("auxl", 2, [1])] });
    const premultiplied = makeHeif({
      type: avifType,
      items,
      references: [reference("auxl", 2, [1]), reference("prem", 1, [2])],
    });
    expect(await decode(straight)).not.toBeNull();
    expect(await decode(premultiplied)).toBeNull();
  });

  test("that is so large that its memory costs what its decoder spares", async () => {
    const flat = openPixels({
      ...pixelsOf(photo),
      data: new Uint8Array(3 * 4000 * 2001),
      width: 4000,
      height: 2001,
    });
    const file = await flat.avif({ effort: 0, chromaSubsampling: "4:4:4" }).toBuffer();
    expect(decodeAvif(file, await inspect(file))).toBeNull();
  });

  test("that turns out to have an alpha which its header does not name", async () => {
    expect(decodeAvif(clear, { ...(await inspect(clear)), hasAlpha: false })).toBeNull();
  });

  test("that turns out to be of another size", async () => {
    const file = fileOf(plain);
    const info = await inspect(file);
    expect(decodeAvif(file, info)).not.toBeNull();
    expect(decodeAvif(file, { ...info, width: width + 1 })).toBeNull();
  });
});
