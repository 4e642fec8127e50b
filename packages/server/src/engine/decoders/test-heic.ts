import { box, fullBox, gridItem, makeHeif, reference, sizeProperty, text, u16, u32 } from "./test-heif.ts";

/**
 * Test-only: HEIC files around two pictures of 64x64. No library at hand writes HEVC, so their coded bytes stand here.
 * They were made with Debian's `heif-enc -q 90` (libheif 1.15.1, x265 3.5) from computed PNGs: `quarters` in color, in
 * 4:2:0; and a plane of alpha, 255 in its left half and 128 in its right one. All boxes around them are made in `test-heif.ts`.
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

/** @see ISO/IEC 23008-12, sections 6.5 (properties) and 6.6.2.3 (grids) */
export function makeHeic({
  properties = [],
  alpha: alphaMode,
  grid = false,
  size,
}: HeicParts = {}): Uint8Array {
  const [width, height] = size ?? (grid ? [2 * heicSide, heicSide] : [heicSide, heicSide]);
  const [slice, alphaSlice] = [color.slice, alpha.slice].map((base64) => Buffer.from(base64, "base64"));
  const [config, alphaConfig] = [color.config, alpha.config].map((base64) =>
    box("hvcC", Buffer.from(base64, "base64")),
  );
  const coded = { type: "hvc1", bytes: slice as Buffer };
  const tile = [sizeProperty(heicSide, heicSide), config as Buffer];
  const kind = fullBox("auxC", 0, 0, Buffer.from("urn:mpeg:hevc:2015:auxid:1\0", "latin1"));
  return makeHeif({
    type: box("ftyp", text("heic"), u32(0), text("mif1heic")),
    items: [
      grid
        ? {
            id: 1,
            ...gridItem(1, 2, width, height),
            properties: [sizeProperty(width, height), ...properties],
          }
        : { id: 1, ...coded, properties: [sizeProperty(width, height), config as Buffer, ...properties] },
      ...(grid ? [2, 3].map((id) => ({ id, ...coded, properties: tile })) : []),
      ...(alphaMode
        ? [
            {
              id: 4,
              type: "hvc1",
              bytes: alphaSlice as Buffer,
              properties: [sizeProperty(heicSide, heicSide), alphaConfig as Buffer, kind],
            },
          ]
        : []),
    ],
    references: [
      ...(grid ? [reference("dimg", 1, [2, 3])] : []),
      ...(alphaMode ? [reference("auxl", 4, [1])] : []),
      ...(alphaMode === "premultiplied" ? [reference("prem", 1, [4])] : []),
    ],
  });
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
