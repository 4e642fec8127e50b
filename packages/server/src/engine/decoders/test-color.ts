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
