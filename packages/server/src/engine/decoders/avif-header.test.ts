import { describe, expect, test } from "bun:test";
import { FreshetError } from "@freshet/core";
import fc from "fast-check";
import { serverLimits } from "../../limits.ts";
import { busy, pixelsOf, raster, toAvif } from "../test-pictures.ts";
import { openPixels } from "../vips.ts";
import { isSimpleAvif, readAvifHeader } from "./avif-header.ts";
import { type CodedAv1, codedPicture, withCodedColors } from "./test-avif.ts";
import { odd, profileOf, withProfile } from "./test-color.ts";
import { heicProperties, makeHeic } from "./test-heic.ts";
import {
  box,
  fullBox,
  gridItem,
  type HeifItem,
  type HeifParts,
  makeHeif,
  reference,
  sizeProperty,
  text,
  u16,
  u32,
} from "./test-heif.ts";
import { readVipsHeader } from "./vips-header.ts";

const { rotation, mirror, nclx, icc } = heicProperties;
const plain = await toAvif(busy(64, 48));
const color = codedPicture(plain);
const gray = codedPicture(await toAvif(raster(64, 48, (x) => [x * 4, x * 4, x * 4, 255])));
const deep = codedPicture(await odd.tenBits(busy(64, 48)));
const [p3, srgb] = [
  await profileOf(await withProfile(busy(8, 8), "p3")),
  await profileOf(await withProfile(busy(8, 8), "srgb")),
];

const avifType = box("ftyp", text("avif"), u32(0), text("avifmif1miaf"));
const alphaKind = fullBox("auxC", 0, 0, text("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"));
const size = sizeProperty(64, 48);

function item(id: number, { type, bytes, config }: CodedAv1, ...properties: Uint8Array[]): HeifItem {
  return { id, type, bytes, properties: [size, config, ...properties] };
}

function make(items: readonly HeifItem[], ...references: Uint8Array[]): Uint8Array {
  return makeHeif({ type: avifType, items, references });
}

function made(parts: Partial<HeifParts>): Uint8Array {
  return makeHeif({ type: avifType, items: [item(1, color)], ...parts });
}

const shown = (...properties: Uint8Array[]) => made({ items: [item(1, color, ...properties)] });
const alphaOf = (master: number) => [reference("auxl", 2, [master])] as const;
const withAlpha = (...references: Uint8Array[]) =>
  make([item(1, color), item(2, gray, alphaKind)], ...alphaOf(1), ...references);
const exif = (bytes: number): HeifItem => ({ id: 5, type: "Exif", bytes: Buffer.alloc(bytes) });
const xmp: HeifItem = { id: 6, type: "mime", bytes: text("<x/>"), contentType: "application/rdf+xml" };

function grid(
  tile: CodedAv1 = color,
  properties: readonly Uint8Array[] = [],
  extra: readonly HeifItem[] = [],
  references: readonly Uint8Array[] = [],
) {
  const whole = { id: 1, ...gridItem(1, 2, 120, 40), properties: [sizeProperty(120, 40)] };
  const tiles = [3, 4].map((id) => ({ ...item(id, tile, ...properties), isHidden: true }));
  return make([whole, ...tiles, ...extra], reference("dimg", 1, [3, 4]), ...references);
}

const usual = {
  width: 64,
  height: 48,
  orientation: 1,
  hasAlpha: false,
  frames: 1,
  isSrgb: true,
  hasProfile: false,
};
type Answer = Partial<typeof usual>;

/** What each is told to be, and whether every decoder makes the same of it. */
const understood: Readonly<Record<string, readonly [file: Uint8Array, answer: Answer, isSimple: boolean]>> = {
  "as libvips writes it": [plain, {}, true],
  "made of boxes": [shown(), {}, true],
  "of 10 bits": [make([item(1, deep)]), { isSrgb: false }, false],
  "with alpha": [withAlpha(), { hasAlpha: true }, true],
  "with premultiplied alpha": [withAlpha(reference("prem", 1, [2])), { hasAlpha: true }, false],
  "with alpha that is turned": [
    make([item(1, color), item(2, gray, alphaKind, rotation(1))], ...alphaOf(1)),
    { hasAlpha: true },
    false,
  ],
  "with alpha of 10 bits": [
    make([item(1, color), item(2, deep, alphaKind)], ...alphaOf(1)),
    { hasAlpha: true },
    false,
  ],
  "turned by a quarter": [shown(rotation(1)), { width: 48, height: 64 }, false],
  "turned by half": [shown(rotation(2)), {}, false],
  "turned by nothing": [shown(rotation(0)), {}, false],
  mirrored: [shown(mirror(0)), {}, false],
  "in sRGB by profile": [shown(icc(srgb)), { hasProfile: true }, true],
  "in Display P3": [shown(icc(p3)), { hasProfile: true, isSrgb: false }, true],
  "with a profile and codes": [shown(nclx(12, 13), icc(p3)), { hasProfile: true, isSrgb: false }, true],
  "with a profile that is none": [shown(icc(Buffer.alloc(500))), { hasProfile: true, isSrgb: false }, true],
  "with codes": [shown(nclx(1, 13)), {}, true],
  "with the shape of its pixels": [shown(box("pasp", u32(1), u32(1))), {}, true],
  "with EXIF": [make([item(1, color), exif(300)], reference("cdsc", 5, [1])), {}, true],
  "with XMP": [make([item(1, color), xmp], reference("cdsc", 6, [1])), {}, true],
  "with EXIF that is nobody's": [make([item(1, color), exif(serverLimits.exifBytes + 5)]), {}, true],
  "with a thumbnail": [make([item(1, color), item(7, gray)], reference("thmb", 7, [1])), {}, true],
  "with another picture": [make([item(1, color), item(7, gray)]), {}, true],
  "with a box of nothing": [Buffer.concat([plain, box("free", Buffer.alloc(9))]), {}, true],
  "of tiles": [grid(), { width: 120, height: 40 }, false],
  "of tiles of 10 bits": [grid(deep), { width: 120, height: 40, isSrgb: false }, false],
  "of tiles with a profile": [
    grid(color, [icc(p3)]),
    { width: 120, height: 40, isSrgb: false, hasProfile: true },
    false,
  ],
  "of tiles with alpha": [
    grid(color, [], [item(2, gray, alphaKind)], alphaOf(3)),
    { width: 120, height: 40, hasAlpha: true },
    false,
  ],
  "of tiles, with alpha for the whole": [
    grid(color, [], [item(2, gray, alphaKind)], alphaOf(1)),
    { width: 120, height: 40, hasAlpha: true },
    false,
  ],
  "of another size than it is coded in": [
    make([{ ...item(1, color), properties: [sizeProperty(60, 40), color.config] }]),
    { width: 60, height: 40 },
    false,
  ],
};

describe("an AVIF", () => {
  for (const [what, [file, answer, isSimple]] of Object.entries(understood)) {
    test(`${what} is read as libvips reads it`, async () => {
      expect(readAvifHeader(file)).toEqual({ ...usual, ...answer });
      const { format, ...theirs } = await readVipsHeader(file);
      expect(format).toBe("avif");
      expect(readAvifHeader(file)).toEqual(theirs);
      expect(isSimpleAvif(file)).toBe(isSimple);
    });
  }

  test("is refused for its EXIF or its profile as libvips' would be", async () => {
    for (const file of [
      make([item(1, color), exif(serverLimits.exifBytes + 5)], reference("cdsc", 5, [1])),
      shown(icc(Buffer.alloc(serverLimits.profileBytes + 1))),
    ]) {
      expect(() => readAvifHeader(file)).toThrow(expect.objectContaining({ code: "original_too_large" }));
      await expect(readVipsHeader(file)).rejects.toMatchObject({ code: "original_too_large" });
    }
  });
});

describe("what says of its colors what decoders do not agree about", () => {
  const coded = (matrix: number, isFullRange: boolean) =>
    make([item(1, withCodedColors(color, { matrix, isFullRange }))]);
  for (const [matrix, isSimple] of [
    [0, false],
    [1, true],
    [2, true],
    [5, true],
    [6, true],
    [8, false],
    [9, true],
    [10, false],
    [12, false],
    [13, false],
    [14, false],
    [200, false],
  ] as const) {
    test(`is ${isSimple ? "not " : ""}an AVIF with matrix ${matrix}, in the coded bytes or before them`, () => {
      expect(isSimpleAvif(coded(matrix, true))).toBe(isSimple);
      const codes = box("colr", text("nclx"), u16(1), u16(13), u16(matrix), Buffer.from([0x80]));
      expect(isSimpleAvif(shown(codes))).toBe(isSimple);
      expect(readAvifHeader(shown(codes))).toEqual(usual);
    });
  }

  test("is one that does not use all levels, or a color for several pixels", async () => {
    expect(isSimpleAvif(coded(6, false))).toBe(false);
    const codes = (range: number) => box("colr", text("nclx"), u16(1), u16(13), u16(6), Buffer.from([range]));
    expect(isSimpleAvif(shown(codes(0x80)))).toBe(true);
    expect(isSimpleAvif(shown(codes(0)))).toBe(false);
    expect(isSimpleAvif(make([item(1, gray)]))).toBe(true);
    const fewColors = openPixels(pixelsOf(busy(64, 48))).avif({ effort: 0, chromaSubsampling: "4:2:0" });
    expect(isSimpleAvif(await fewColors.toBuffer())).toBe(false);
  });

  test("is one that says it twice in its coded bytes, or is cut short", () => {
    const again = Buffer.concat([color.bytes, color.bytes]);
    expect(isSimpleAvif(make([item(1, { ...color, bytes: again })]))).toBe(false);
    const cut = color.bytes.subarray(0, color.bytes.length - 9);
    expect(isSimpleAvif(make([item(1, { ...color, bytes: cut })]))).toBe(false);
  });
});

describe("an AVIF is left to libvips", () => {
  const patched = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(plain);
    change(bytes);
    return bytes;
  };
  const type = (brands: string) => box("ftyp", text(brands.slice(0, 4)), u32(0), text(brands.slice(4)));
  const clap = box("clap", ...[32, 1, 32, 1, 0, 1, 0, 1].map(u32));
  const files: Readonly<Record<string, Uint8Array>> = {
    "of another brand": made({ type: type("mif1avifmif1") }),
    "that is a sequence, too": made({ type: type("avifavifavismsf1") }),
    "that is HEVC": makeHeic({}),
    "with an item of another kind": make([item(1, color), { id: 9, type: "tmap", bytes: Buffer.alloc(9) }]),
    "that is laid together": make([{ ...item(1, color), type: "iovl" }]),
    "that is cut": shown(clap),
    "with a property of another kind": shown(box("a1op", Buffer.from([0]))),
    "of two sizes": shown(sizeProperty(10, 10)),
    "without a size": make([{ ...item(1, color), properties: [color.config] }]),
    "without pixels": make([{ ...item(1, color), properties: [sizeProperty(0, 48), color.config] }]),
    "that is hidden": make([{ ...item(1, color), isHidden: true }]),
    "with another reference": make([item(1, color), item(7, gray)], reference("base", 1, [7])),
    "that refers to what is not there": make([item(1, color)], reference("thmb", 1, [7])),
    "that is its own alpha": make([item(1, color, alphaKind)], reference("auxl", 1, [1])),
    "with two alphas": make(
      [item(1, color), item(2, gray, alphaKind), item(3, gray, alphaKind)],
      ...alphaOf(1),
      reference("auxl", 3, [1]),
    ),
    "with depth": make(
      [item(1, color), item(2, gray, fullBox("auxC", 0, 0, text("urn:mpeg:hevc:2015:auxid:2\0")))],
      ...alphaOf(1),
    ),
    "whose tiles are too few": make(
      [{ id: 1, ...gridItem(2, 2, 128, 96), properties: [sizeProperty(128, 96)] }, item(3, color)],
      reference("dimg", 1, [3]),
    ),
    "with a group": made({ others: [box("grpl", Buffer.alloc(0))] }),
    "that goes on": Buffer.concat([plain, Buffer.alloc(3)]),
    "with a box that has no end": patched((bytes) => bytes.writeUInt32BE(0, bytes.indexOf("mdat") - 4)),
    "with a box of 64 bits": patched((bytes) => bytes.writeUInt32BE(1, bytes.indexOf("mdat") - 4)),
    "of another version": patched((bytes) => bytes.writeUInt8(1, bytes.indexOf("hdlr") + 4)),
    "whose pixels are elsewhere": patched((bytes) => bytes.writeUInt32BE(1e9, bytes.indexOf("iloc") + 26)),
    "with packed XMP": make([item(1, color), { ...xmp, contentType: "application/rdf+xml\0deflate" }]),
    "with two of EXIF": make([item(1, color), exif(9), { ...exif(9), id: 8 }]),
    "of very many boxes": Buffer.concat([plain, ...new Array<Uint8Array>(200).fill(box("free"))]),
  };
  for (const [what, file] of Object.entries(files)) {
    test(what, () => {
      expect(readAvifHeader(file)).toBeNull();
      expect(isSimpleAvif(file)).toBe(false);
    });
  }
});

test("what is damaged is read as libvips reads it, or left to it", async () => {
  const sources = Object.values(understood).map(([file]) => Buffer.from(file));
  const damage = fc.record({
    source: fc.constantFrom(...sources),
    changes: fc.array(fc.noBias(fc.tuple(fc.nat(9_999), fc.nat(255))), { minLength: 1, maxLength: 2 }),
    keep: fc.option(fc.nat(9_999), { freq: 5 }),
  });
  let read = 0;
  await fc.assert(
    fc.asyncProperty(damage, async ({ source, changes, keep }) => {
      const file = Buffer.from(keep === null ? source : source.subarray(0, 1 + (keep % source.length)));
      // Behind the boxes lies what neither of the two looks at.
      const boxes = Math.min(file.length, source.indexOf("mdat") + 40);
      for (const [at, value] of changes) file[at % boxes] = value;
      isSimpleAvif(file);
      const ours = answerOf(() => readAvifHeader(file));
      if (ours === null) return;
      read++;
      const theirs = await readVipsHeader(file).catch((error: unknown) => error);
      if (theirs instanceof FreshetError) expect<unknown>(ours).toBe(theirs.code);
      else expect<unknown>({ ...(ours as object), format: "avif" }).toEqual(theirs);
    }),
    { numRuns: 2_000 },
  );
  expect(read).toBeGreaterThan(40);
}, 60_000);

function answerOf<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof FreshetError) return error.code;
    throw error;
  }
}

test("bytes of anything are an AVIF to nobody, and end", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const file = Buffer.concat([avifType, bytes]);
      expect(readAvifHeader(file)).toBeNull();
      expect(isSimpleAvif(file)).toBe(false);
    }),
  );
});
