import { describe, expect, test } from "bun:test";
import { inspect } from "../../origin/inspect.ts";
import { blue, type Color, green, red, yellow } from "../test-pictures.ts";
import { decodeForeign } from "./decode-foreign.ts";
import { type Bitmap, makeBmp, palette } from "./test-bitmaps.ts";

async function decode(bitmap: Bitmap): Promise<{ colors: Color[]; channels: number }> {
  const file = makeBmp(bitmap);
  const { data, channels } = await decodeForeign(file, await inspect(file));
  const colors = Array.from({ length: data.length / channels }, (_, index) => {
    const [r = 0, g = 0, b = 0, a = 255] = data.subarray(index * channels, (index + 1) * channels);
    return [r, g, b, a] as const;
  });
  return { colors, channels };
}

const quadrants = [red, green, blue, yellow];
const translucent = [red, [0, 255, 0, 0], blue, [255, 255, 0, 128]] as const;

/** Rows of 24 bits, from the bottom, filled up to four bytes. */
const rows24 = [255, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
const rows32 = [255, 0, 0, 255, 0, 255, 255, 128, 0, 0, 255, 255, 0, 255, 0, 0];
const rows8 = [2, 3, 0, 0, 0, 1, 0, 0];
const masks32 = [0xff0000, 0xff00, 0xff, 0xff000000];

const opaque: readonly [what: string, bitmap: Bitmap][] = [
  ["2 bits", { bits: 2, palette, rows: [0b10_11_0000, 0, 0, 0, 0b00_01_0000, 0, 0, 0] }],
  ["4 bits", { bits: 4, palette, rows: [0x23, 0, 0, 0, 0x01, 0, 0, 0] }],
  ["8 bits", { bits: 8, palette, rows: rows8 }],
  ["16 bits, five each", { bits: 16, rows: [0x1f, 0, 0xe0, 0x7f, 0, 0x7c, 0xe0, 0x03] }],
  [
    "16 bits, by masks",
    {
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x7e0, 0x1f],
      rows: [0x1f, 0, 0xe0, 0xff, 0, 0xf8, 0xe0, 0x07],
    },
  ],
  ["24 bits", { bits: 24, rows: rows24 }],
  ["24 bits from the top", { bits: 24, height: -2, rows: [...rows24.slice(8), ...rows24.slice(0, 8)] }],
  ["32 bits, the fourth byte being nothing", { bits: 32, rows: rows32 }],
  [
    "32 bits, by masks of 10 bits",
    {
      bits: 32,
      compression: 3,
      masks: [0x3ff00000, 0xffc00, 0x3ff],
      rows: [0xff, 3, 0, 0, 0, 0xfc, 0xff, 0x3f, 0, 0, 0xf0, 0x3f, 0, 0xfc, 0x0f, 0],
    },
  ],
  ["8 bits in runs", { bits: 8, compression: 1, palette, rows: [1, 2, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1] }],
  ["4 bits in runs", { bits: 4, compression: 2, palette, rows: [2, 0x23, 0, 0, 2, 0x01, 0, 0, 0, 1] }],
  ["8 bits and a short palette, by OS/2 1", { bits: 8, header: 12, palette, rows: rows8 }],
  ["24 bits, by OS/2 1", { bits: 24, header: 12, rows: rows24 }],
  [
    "24 bits from the top, by the longest header of OS/2 2",
    { bits: 24, header: 64, height: -2, rows: [...rows24.slice(8), ...rows24.slice(0, 8)] },
  ],
  ["24 bits, by the shortest header of OS/2 2", { bits: 24, header: 16, rows: rows24 }],
  ["8 bits, by the longest header of OS/2 2", { bits: 8, header: 64, palette, rows: rows8 }],
];

describe("a bitmap", () => {
  for (const [what, bitmap] of opaque) {
    test(`of ${what}`, async () => expect(await decode(bitmap)).toEqual({ colors: quadrants, channels: 3 }));
  }

  test("of 1 bit", async () => {
    const rows = [0b01_000000, 0, 0, 0, 0b10_000000, 0, 0, 0];
    const { colors } = await decode({ bits: 1, palette: palette.slice(0, 2), rows });
    expect(colors).toEqual([green, red, red, green]);
  });

  for (const header of [56, 108, 124] as const) {
    test(`of 32 bits with alpha, by a header of ${header} bytes`, async () => {
      const bitmap = { bits: 32, header, compression: 3, masks: masks32, rows: rows32 };
      expect(await decode(bitmap)).toEqual({ colors: [...translucent], channels: 4 });
    });
  }

  test("of 32 bits with a mask for alpha behind the header", async () => {
    const bitmap = { bits: 32, compression: 6, masks: masks32, rows: rows32 };
    expect(await decode(bitmap)).toEqual({ colors: [...translucent], channels: 4 });
  });
});

describe("a bitmap that is not what it says", () => {
  const broken: readonly [what: string, bitmap: Bitmap][] = [
    ["large, with a few bytes", { bits: 24, width: 10_000, height: 10_000, rows: rows24 }],
    [
      "large, in runs of a few bytes",
      { bits: 8, width: 10_000, height: 10_000, compression: 1, palette, rows: [0, 1] },
    ],
    ["one row short", { bits: 24, height: 3, rows: rows24 }],
    ["packed by OS/2's Huffman codes", { bits: 1, header: 64, compression: 3, palette, rows: rows8 }],
  ];
  for (const [what, bitmap] of broken) {
    test(`is image_broken: ${what}`, async () => {
      await expect(decode(bitmap)).rejects.toMatchObject({ code: "image_broken" });
    });
  }
});
