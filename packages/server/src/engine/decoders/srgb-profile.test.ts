import { describe, expect, test } from "bun:test";
import { raster, red } from "../test-pictures.ts";
import { isSrgbProfile } from "./srgb-profile.ts";
import { profileOf, withProfile } from "./test-color.ts";

type Tag = readonly [name: string, data: Buffer];

const xyz = (...values: readonly number[]): Buffer => {
  const data = Buffer.alloc(20);
  data.write("XYZ ", "latin1");
  for (const [index, value] of values.entries()) data.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return data;
};

const table = (...values: readonly number[]): Buffer => {
  const data = Buffer.alloc(12 + 2 * values.length);
  data.write("curv", "latin1");
  data.writeUInt32BE(values.length, 8);
  for (const [index, value] of values.entries()) data.writeUInt16BE(Math.round(value), 12 + 2 * index);
  return data;
};

const formula = (type: number, ...values: readonly number[]): Buffer => {
  const data = Buffer.alloc(12 + 4 * values.length);
  data.write("para", "latin1");
  data.writeUInt16BE(type, 8);
  for (const [index, value] of values.entries())
    data.writeInt32BE(Math.round(value * 65_536), 12 + 4 * index);
  return data;
};

/** sRGB by ICC.1:2022, table 65: gamma, a, b, c, d. */
const srgbFormula = formula(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045);
const srgbTable = table(
  ...Array.from({ length: 1024 }, (_, index) => {
    const value = index / 1023;
    return 65_535 * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }),
);
/** As the profile of HP and Microsoft of 1998 has them. */
const primaries = [
  xyz(0.43607, 0.22249, 0.01392),
  xyz(0.38515, 0.71687, 0.09708),
  xyz(0.14307, 0.06061, 0.7141),
];

function profile(
  { curve = srgbFormula, colorants = primaries, space = "RGB ", pcs = "XYZ " },
  ...more: readonly Tag[]
): Uint8Array {
  const tags: Tag[] = [
    ...["r", "g", "b"].flatMap((channel, index): Tag[] => [
      [`${channel}XYZ`, colorants[index] as Buffer],
      [`${channel}TRC`, curve],
    ]),
    ...more,
  ];
  const head = Buffer.alloc(132 + 12 * tags.length);
  head.write(space, 16, "latin1");
  head.write(pcs, 20, "latin1");
  head.writeUInt32BE(tags.length, 128);
  let at = head.length;
  for (const [index, [name, { length }]] of tags.entries()) {
    head.write(name, 132 + 12 * index, "latin1");
    head.writeUInt32BE(at, 136 + 12 * index);
    head.writeUInt32BE(length, 140 + 12 * index);
    at += length;
  }
  return Buffer.concat([head, ...tags.map(([, data]) => data)]);
}

describe("isSrgbProfile", () => {
  const same: Readonly<Record<string, Uint8Array>> = {
    "by its formula": profile({}),
    "by a formula with offsets": profile({
      curve: formula(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0, 0),
    }),
    "by a table": profile({ curve: srgbTable }),
  };
  for (const [what, icc] of Object.entries(same)) {
    test(`knows sRGB ${what}`, () => expect(isSrgbProfile(icc)).toBe(true));
  }

  const others: Readonly<Record<string, Uint8Array>> = {
    "Adobe RGB": profile({
      curve: table(2.2 * 256),
      colorants: [
        xyz(0.60974, 0.31111, 0.01947),
        xyz(0.20528, 0.62567, 0.06087),
        xyz(0.14919, 0.06322, 0.74457),
      ],
    }),
    "sRGB's primaries with gamma 2.2": profile({ curve: table(2.2 * 256) }),
    "sRGB's primaries with gamma 1.8, by formula": profile({ curve: formula(0, 1.8) }),
    "sRGB's primaries, linear": profile({ curve: table() }),
    "sRGB's primaries with a table of gamma 1": profile({ curve: table(0, 65_535) }),
    "red and blue exchanged": profile({ colorants: primaries.toReversed() }),
    "tables from device to connection space": profile({}, ["A2B0", Buffer.alloc(32)]),
    "a space of gray": profile({ space: "GRAY" }),
    "a connection space of Lab": profile({ pcs: "Lab " }),
    "a curve of an unknown type": profile({ curve: Buffer.from("nonsense, and then some") }),
    "a formula of an unknown type": profile({ curve: formula(9, 2.4) }),
    "one cut short": profile({}).subarray(0, 300),
    "no tags": profile({}).subarray(0, 132),
    nothing: new Uint8Array(0),
  };
  for (const [what, icc] of Object.entries(others)) {
    test(`does not take for it: ${what}`, () => expect(isSrgbProfile(icc)).toBe(false));
  }

  test("tells apart what libvips brings", async () => {
    const picture = raster(4, 4, () => red);
    expect(isSrgbProfile(await profileOf(await withProfile(picture, "srgb")))).toBe(true);
    expect(isSrgbProfile(await profileOf(await withProfile(picture, "p3")))).toBe(false);
  });
});
