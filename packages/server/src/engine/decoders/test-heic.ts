/**
 * Test-only: HEIC files around two pictures of 64x64. No library at hand writes HEVC, so their coded bytes stand here.
 * They were made with Debian's `heif-enc -q 90` (libheif 1.15.1, x265 3.5) from computed PNGs: `quarters` in color, in
 * 4:2:0; and a plane of alpha, 255 in its left half and 128 in its right one. All boxes around them are made below.
 */

/** The colors that went in, from left to right, top to bottom. */
export const quarters = [
  [200, 100, 50],
  [60, 140, 180],
  [90, 160, 70],
  [180, 80, 160],
] as const;

export const heicSide = 64;

const color = {
  config:
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQE" +
    "DAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==",
  slice: "AAAAOCgBrwY4Wvz9N6o3///KQx6H9kfJsUvWaOl/mmX//7W7vQjjf5qNxuj//Pzsu8jTwP/PyHX6EbbA",
};

const alpha = {
  config:
    "AQQIAAAAAAAAAAAAHvAA/Pz4+AAADwMgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAIQABACZCAQEECAAAAwCf+AAAAwAAHsCCBBZbqSSmubAgAAAD" +
    "ACAAAAMAISIAAQAHRAHBcrAiQA==",
  slice: "AAAAGCgBrgxwdQXlv/BzUU2X/UiCvo2r/EEhQA==",
};

export interface HeicParts {
  /** Further properties of the picture, made with {@link heicProperties}: they are applied in this order. */
  readonly properties?: readonly Uint8Array[];
  readonly alpha?: "straight" | "premultiplied";
  /** Two of the picture side by side, which is how phones put theirs together. */
  readonly grid?: boolean;
  /** What the header says in place of 64x64. */
  readonly size?: readonly [width: number, height: number];
}

/** @see ISO/IEC 23008-12, sections 6.5 (properties) and 6.6.2.3 (grids); 14496-12, section 8.11 (items) */
export function makeHeic({
  properties = [],
  alpha: alphaMode,
  grid = false,
  size,
}: HeicParts = {}): Uint8Array {
  const [width, height] = size ?? (grid ? [2 * heicSide, heicSide] : [heicSide, heicSide]);
  const slices = [color.slice, color.slice, alpha.slice].map((text) => Buffer.from(text, "base64"));
  const gridBytes = Buffer.concat([Buffer.from([0, 0, 0, 1]), u16(width), u16(height)]);
  const items: readonly Item[] = [
    { id: 1, type: grid ? "grid" : "hvc1", bytes: grid ? gridBytes : (slices[0] as Buffer) },
    ...(grid ? [2, 3].map((id) => ({ id, type: "hvc1", bytes: slices[0] as Buffer })) : []),
    ...(alphaMode ? [{ id: 4, type: "hvc1", bytes: slices[2] as Buffer }] : []),
  ];
  // Property numbers begin with 1.
  const all = [
    sizeProperty(width, height),
    sizeProperty(heicSide, heicSide),
    box("hvcC", Buffer.from(color.config, "base64")),
    box("hvcC", Buffer.from(alpha.config, "base64")),
    fullBox("auxC", 0, 0, Buffer.from("urn:mpeg:hevc:2015:auxid:1\0", "latin1")),
    ...properties,
  ];
  const own = properties.map((_, index) => 6 + index);
  const used: readonly (readonly [item: number, properties: readonly number[]])[] = [
    [1, grid ? [1, ...own] : [1, 3, ...own]],
    ...(grid ? [2, 3].map((id) => [id, [2, 3]] as const) : []),
    ...(alphaMode ? [[4, [2, 4, 5]] as const] : []),
  ];
  const references = [
    ...(grid ? [reference("dimg", 1, [2, 3])] : []),
    ...(alphaMode ? [reference("auxl", 4, [1])] : []),
    ...(alphaMode === "premultiplied" ? [reference("prem", 1, [4])] : []),
  ];
  const type = box("ftyp", text("heic"), u32(0), text("mif1heic"));
  const meta = (start: number) =>
    fullBox(
      "meta",
      0,
      0,
      fullBox("hdlr", 0, 0, u32(0), text("pict"), Buffer.alloc(13)),
      fullBox("pitm", 0, 0, u16(1)),
      locations(items, start),
      fullBox("iinf", 0, 0, u16(items.length), ...items.map(entry)),
      box("iprp", box("ipco", ...all), associations(used)),
      ...(references.length > 0 ? [fullBox("iref", 0, 0, ...references)] : []),
    );
  const start = type.length + meta(0).length + 8;
  return Buffer.concat([type, meta(start), box("mdat", ...items.map(({ bytes }) => bytes))]);
}

/** Properties that change how the picture is shown. */
export const heicProperties = {
  /** Counter-clockwise, in quarter turns. */
  rotation: (turns: number) => box("irot", Buffer.from([turns])),
  /** 0 exchanges top and bottom, 1 left and right (ISO/IEC 23008-12:2022, section 6.5.12). */
  mirror: (axis: 0 | 1) => box("imir", Buffer.from([axis])),
  nclx: (primaries: number, transfer: number) =>
    box("colr", text("nclx"), u16(primaries), u16(transfer), u16(6), Buffer.from([0x80])),
  icc: (profile: Uint8Array) => box("colr", text("prof"), profile),
} as const;

interface Item {
  readonly id: number;
  readonly type: string;
  readonly bytes: Uint8Array;
}

function sizeProperty(width: number, height: number): Buffer {
  return fullBox("ispe", 0, 0, u32(width), u32(height));
}

function locations(items: readonly Item[], start: number): Buffer {
  let at = start;
  const entries = items.map(({ id, bytes }) => {
    const place = Buffer.concat([u16(id), u16(0), u16(1), u32(at), u32(bytes.length)]);
    at += bytes.length;
    return place;
  });
  // Four bytes for an offset and for a length, none for a base.
  return fullBox("iloc", 0, 0, Buffer.from([0x44, 0]), u16(items.length), ...entries);
}

function entry({ id, type }: Item): Buffer {
  return fullBox("infe", 2, 0, u16(id), u16(0), text(type), Buffer.alloc(1));
}

function associations(used: readonly (readonly [item: number, properties: readonly number[]])[]): Buffer {
  const entries = used.flatMap(([item, properties]) => [
    u16(item),
    Buffer.from([properties.length, ...properties]),
  ]);
  return fullBox("ipma", 0, 0, u32(used.length), ...entries);
}

function reference(type: string, from: number, to: readonly number[]): Buffer {
  return box(type, u16(from), u16(to.length), ...to.map(u16));
}

function box(name: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(8 + body.length), text(name), body]);
}

function fullBox(name: string, version: number, flags: number, ...parts: readonly Uint8Array[]): Buffer {
  return box(name, u32(version * 2 ** 24 + flags), ...parts);
}

function text(value: string): Buffer {
  return Buffer.from(value, "latin1");
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
