import sharp, { type Sharp } from "sharp";
import type { Pixels } from "./pixels.ts";

/** Test-only: pictures made by hand, and a second opinion on what a file contains, by a codec library not under test. */

export type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** Four bytes a pixel, row by row. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

export const white: Color = [255, 255, 255, 255];
export const black: Color = [0, 0, 0, 255];
export const red: Color = [255, 0, 0, 255];
export const green: Color = [0, 255, 0, 255];
export const blue: Color = [0, 0, 255, 255];
export const yellow: Color = [255, 255, 0, 255];
export const transparent: Color = [0, 0, 0, 0];

export function raster(width: number, height: number, colorAt: (x: number, y: number) => Color): Raster {
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set(colorAt(x, y), (y * width + x) * 4);
  }
  return { width, height, rgba };
}

export function pixelAt({ width, rgba }: Raster, x: number, y: number): Color {
  const [r, g, b, a] = rgba.subarray((y * width + x) * 4) as unknown as Color;
  return [r, g, b, a];
}

/** Largest difference of a channel. */
export function distance(a: Color, b: Color): number {
  return Math.max(...a.map((channel, at) => Math.abs(channel - (b[at] as number))));
}

/** Four quadrants: red and green above blue and yellow. */
export function quadrants(width: number, height: number): Raster {
  return raster(width, height, (x, y) =>
    y < height / 2 ? (x < width / 2 ? red : green) : x < width / 2 ? blue : yellow,
  );
}

/** What a photograph has and a gradient has not: edges, fine lines and noise, the same at each run. */
export function busy(width: number, height: number): Raster {
  let seed = 1;
  const noise = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed >> 16) % 24;
  };
  return raster(width, height, (x, y) => {
    const ring = 100 + 80 * Math.sin(((x - width / 2) ** 2 + (y - height / 2) ** 2) / 900);
    const block = (Math.floor(x / 37) + Math.floor(y / 23)) % 2 === 0 ? 40 : 0;
    return [ring + noise(), (x * 200) / width + block + noise() / 2, (y * 200) / height + noise(), 255];
  });
}

function wrap({ width, height, rgba }: Raster): Sharp {
  return sharp(rgba, { raw: { width, height, channels: 4 } });
}

function isOpaque({ rgba }: Raster): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return false;
  return true;
}

/** The same pixels without an alpha channel, where it says nothing. */
function lean(picture: Raster): Sharp {
  return isOpaque(picture) ? wrap(picture).removeAlpha() : wrap(picture);
}

export function toPng(picture: Raster): Promise<Uint8Array> {
  return lean(picture).png().toBuffer();
}

/** With an alpha channel, also if nothing is transparent. */
export function toPngWithAlpha({ width, height, rgba }: Raster): Promise<Uint8Array> {
  return sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** @param orientation EXIF orientation tag, 1 to 8: the pixels are written as they are */
export function toJpeg(picture: Raster, orientation?: number): Promise<Uint8Array> {
  const image = lean(picture).jpeg({ quality: 98, chromaSubsampling: "4:4:4" });
  return (orientation ? image.withMetadata({ orientation }) : image).toBuffer();
}

export function toWebp(picture: Raster): Promise<Uint8Array> {
  return lean(picture).webp({ lossless: true, exact: true }).toBuffer();
}

export function toAvif(picture: Raster): Promise<Uint8Array> {
  return lean(picture).avif({ quality: 95, effort: 0, chromaSubsampling: "4:4:4" }).toBuffer();
}

export function toTiff(picture: Raster): Promise<Uint8Array> {
  return lean(picture).tiff({ compression: "lzw" }).toBuffer();
}

export function toGif(...frames: readonly Raster[]): Promise<Uint8Array> {
  return animation(frames)
    .gif({ dither: 0, delay: frames.map(() => 100) })
    .toBuffer();
}

export function toAnimatedWebp(...frames: readonly Raster[]): Promise<Uint8Array> {
  return animation(frames)
    .webp({ lossless: true, delay: frames.map(() => 100) })
    .toBuffer();
}

function animation(frames: readonly Raster[]): Sharp {
  const { width, height } = frames[0] as Raster;
  const rgba = Buffer.concat(frames.map((frame) => frame.rgba));
  return sharp(rgba, { raw: { width, height: height * frames.length, channels: 4, pageHeight: height } });
}

/** 24 bits a pixel, bottom row first, rows padded to four bytes: sharp does not write BMP. */
export function toBmp({ width, height, rgba }: Raster): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const file = new Uint8Array(54 + stride * height);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, file.length],
    [10, 54],
    [14, 40],
    [18, width],
    [22, height],
  ] as const) {
    view.setUint32(at, value, true);
  }
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgba.subarray((y * width + x) * 4) as unknown as Color;
      file.set([b, g, r], 54 + (height - 1 - y) * stride + x * 3);
    }
  }
  return file;
}

/** What is in a file, by sharp: neither engine's own opinion. EXIF orientation is not applied. */
export async function toRaster(file: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(file).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: data };
}

/** One frame of decoded pixels, with an alpha channel whether they have one or not. */
export function rasterOf({ data, width, height, channels }: Pixels, frame = 0): Raster {
  const start = frame * width * height * channels;
  return raster(width, height, (x, y) => {
    const at = start + (y * width + x) * channels;
    return [data[at], data[at + 1], data[at + 2], channels === 4 ? data[at + 3] : 255] as unknown as Color;
  });
}

/** Still pixels, or, of several pictures of one size, an animation. */
export function pixelsOf(picture: Raster, ...others: readonly Raster[]): Pixels {
  const frames = [picture, ...others];
  const keepsAlpha = !frames.every(isOpaque);
  const channels = keepsAlpha ? 4 : 3;
  const data = new Uint8Array(frames.length * picture.width * picture.height * channels);
  let at = 0;
  for (const { rgba } of frames) {
    for (let from = 0; from < rgba.length; from += 4) {
      data.set(rgba.subarray(from, from + channels), at);
      at += channels;
    }
  }
  const delays = frames.length > 1 ? frames.map(() => 100) : [];
  const { width, height } = picture;
  return { data, width, height, channels, frames: frames.length, delays, loop: 0, icc: null };
}

/** As {@link toRaster}, turned upright. */
export async function toUprightRaster(file: Uint8Array): Promise<Raster> {
  return toRaster(await sharp(file).rotate().png({ compressionLevel: 0 }).toBuffer());
}

export async function formatOf(file: Uint8Array): Promise<string> {
  const { format, compression } = await sharp(file).metadata();
  return format === "heif" ? (compression === "av1" ? "avif" : "heic") : (format ?? "");
}

/** How sharp scales a file, with its own shrinking while decoding. */
export async function scaledBySharp(file: Uint8Array, width: number, height: number): Promise<Raster> {
  return toRaster(
    await sharp(file).rotate().resize(width, height, { fit: "fill", kernel: "lanczos3" }).png().toBuffer(),
  );
}
