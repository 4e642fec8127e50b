import sharp, { type Sharp } from "sharp";
import { type Color, type Raster, toPng } from "../test-pictures.ts";

/** Test-only: pictures in other colors than sRGB, and what these are by the textbook. */

/** IEC 61966-2-1: the curve that sRGB and Display P3 share. */
function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** Linear Display P3 to linear sRGB, both D65 (CSS Color 4, section 18). */
const p3ToSrgb = [
  [1.2249401762805598, -0.22494017628055996, 0],
  [-0.042056954709688163, 1.0420569547096881, 0],
  [-0.019637554590334432, -0.078636045550631889, 1.0982736001409663],
] as const;

/** What a color of Display P3 is in sRGB; what is outside of it is cut off. */
export function srgbOfP3([r, g, b]: readonly [number, number, number]): Color {
  const linear = [r, g, b].map((channel) => toLinear(channel / 255));
  const [red, green, blue] = p3ToSrgb.map((row) => {
    const sum = row.reduce<number>((total, factor, at) => total + factor * (linear[at] as number), 0);
    return Math.round(255 * fromLinear(Math.min(1, Math.max(0, sum))));
  }) as [number, number, number];
  return [red, green, blue, 255];
}

export type ProfiledFormat = "jpeg" | "png" | "webp" | "tiff";

/** A file that carries a profile of libvips. */
export async function withProfile(
  picture: Raster,
  profile: "p3" | "srgb",
  format: ProfiledFormat = "png",
): Promise<Uint8Array> {
  return sharp(await toPng(picture))
    .withIccProfile(profile)
    .toFormat(format)
    .toBuffer();
}

export async function profileOf(file: Uint8Array): Promise<Uint8Array> {
  const { icc } = await sharp(file).metadata();
  if (!icc) throw new Error("the file has no profile");
  return new Uint8Array(icc);
}

/** Files as libvips writes and reads them: a second opinion on their size. */
export async function withOrientation(picture: Raster, orientation: number): Promise<Uint8Array[]> {
  const image = sharp(await toPng(picture)).withMetadata({ orientation });
  const write = (format: ProfiledFormat) => image.clone().toFormat(format).toBuffer();
  return Promise.all([write("jpeg"), write("png"), write("webp"), write("tiff")]);
}

export async function uprightSize(file: Uint8Array) {
  return (await sharp(file).metadata()).autoOrient;
}

export const odd = {
  sixteenBits: (picture: Raster) => written(picture, (image) => image.toColourspace("rgb16").png()),
  cmyk: (picture: Raster) => written(picture, (image) => image.toColourspace("cmyk").jpeg()),
  tenBits: (picture: Raster) =>
    written(picture, (image) => image.toColourspace("rgb16").avif({ bitdepth: 10, effort: 0 })),
  lossyWebp: (picture: Raster) => written(picture, (image) => image.webp({ quality: 50 })),
} as const;

async function written(picture: Raster, write: (image: Sharp) => Sharp): Promise<Uint8Array> {
  return write(sharp(await toPng(picture))).toBuffer();
}

/** Red, green and blue at their fullest in X, Y and Z under D50, and the power that makes light of a number. */
export interface MatrixColors {
  readonly columns: readonly (readonly [number, number, number])[];
  readonly gamma: number;
}

/** What photographers choose beside sRGB and Display P3. Gammas as in Adobe RGB (1998), section 4.3.1.2, and ISO 22028-2. */
export const wideColors = {
  "Adobe RGB": {
    columns: [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    gamma: 563 / 256,
  },
  "ProPhoto RGB": {
    columns: [
      [0.7977, 0.288, 0],
      [0.1352, 0.7119, 0],
      [0.0313, 0.0001, 0.8249],
    ],
    gamma: 461 / 256,
  },
} as const satisfies Readonly<Record<string, MatrixColors>>;

/** X, Y and Z under D50 to linear sRGB: the inverse of its profile's columns. */
const xyzToSrgb = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
] as const;

/** What a color is in sRGB; what is outside of it is cut off. */
export function srgbOf(
  { columns, gamma }: MatrixColors,
  [r, g, b]: readonly [number, number, number, ...number[]],
): Color {
  const linear = [r, g, b].map((channel) => (channel / 255) ** gamma);
  const xyz = [0, 1, 2].map((row) =>
    columns.reduce((total, column, at) => total + (column[row] as number) * (linear[at] as number), 0),
  );
  const [red, green, blue] = xyzToSrgb.map((row) => {
    const sum = row.reduce<number>((total, factor, at) => total + factor * (xyz[at] as number), 0);
    return Math.round(255 * fromLinear(Math.min(1, Math.max(0, sum))));
  }) as [number, number, number];
  return [red, green, blue, 255];
}

/** @see ICC.1:2022, sections 7.2 (header), 8.3 (matrix-based profiles), 10.6 (`curv` with one number: a power) */
export function matrixProfile({ columns, gamma }: MatrixColors): Uint8Array {
  const xyz = (values: readonly number[]) => {
    const data = Buffer.alloc(20);
    data.write("XYZ ", "latin1");
    for (const [at, value] of values.entries()) data.writeInt32BE(Math.round(value * 65_536), 8 + 4 * at);
    return data;
  };
  const curve = Buffer.alloc(16);
  curve.write("curv", "latin1");
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);
  const d50 = xyz([0.9642, 1, 0.8249]);
  const tags: readonly (readonly [name: string, data: Buffer])[] = [
    ["wtpt", d50],
    ...["r", "g", "b"].flatMap((channel, at): (readonly [string, Buffer])[] => [
      [`${channel}XYZ`, xyz(columns[at] as readonly number[])],
      [`${channel}TRC`, curve],
    ]),
  ];
  const head = Buffer.alloc(128 + 4 + 12 * tags.length);
  head.writeUInt32BE(0x02400000, 8);
  head.write("mntrRGB XYZ ", 12, "latin1");
  head.write("acsp", 36, "latin1");
  d50.copy(head, 68, 8);
  head.writeUInt32BE(tags.length, 128);
  let at = head.length;
  for (const [index, [name, { length }]] of tags.entries()) {
    head.write(name, 132 + 12 * index, "latin1");
    head.writeUInt32BE(at, 136 + 12 * index);
    head.writeUInt32BE(length, 140 + 12 * index);
    at += length;
  }
  const profile = Buffer.concat([head, ...tags.map(([, data]) => data)]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}
