import type { Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFile } from "../vips.ts";
import { readDibHeader } from "./bmp-header.ts";
import { decodeBmp } from "./decode-bmp.ts";
import { chooseIcon, type Icon } from "./ico-header.ts";
import { stillPixels } from "./still-pixels.ts";

/**
 * The largest picture of an icon or a cursor, with its transparency.
 * @throws FreshetError `image_broken`
 */
export async function decodeIco(source: Uint8Array, size: Size): Promise<Pixels> {
  const icon = chooseIcon(source);
  if (icon.kind === "dib") return withTransparency(await decodeBmp(asFile(icon), size), icon);
  const png = openFile(icon.bytes).toColourspace("srgb").ensureAlpha();
  return collectPixels(png, stillPixels(new Uint8Array(size.width * size.height * 4), size, 4));
}

const fileHeaderBytes = 14;

/** Puts a file header before the bitmap, and takes the mask's rows out of its height. */
function asFile({ bytes, width, height, bits }: Icon): Uint8Array {
  const file = Buffer.concat([Buffer.alloc(fileHeaderBytes), bytes]);
  file.write("BM", "latin1");
  file.writeUInt32LE(fileHeaderBytes + pixelsAt(bytes), 10);
  if (readDibHeader(bytes, 0).length === 12) file.writeUInt16LE(height, 20);
  else file.writeInt32LE(height, 22);
  // Some icons count the mask in the length of the pixels; nobody needs it.
  if (readDibHeader(bytes, 0).length >= 40) file.writeUInt32LE(rowBytes(width, bits) * height, 34);
  return file;
}

/** Behind the header and its palette. */
function pixelsAt(bytes: Uint8Array): number {
  const { length, bits, colors, compression } = readDibHeader(bytes, 0);
  const count = bits > 8 ? colors : colors || 2 ** bits;
  const masks = compression === 3 && length === 40 ? 12 : 0;
  return length + masks + Math.min(count, 256) * (length === 12 ? 3 : 4);
}

function rowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/**
 * Icons of 32 bits have alpha in the fourth byte; all others, and those in which it is zero everywhere, have a mask of
 * one bit behind the picture, set where nothing is to be seen.
 */
function withTransparency({ data, width, height, channels }: Pixels, icon: Icon): Pixels {
  const { bytes, bits } = icon;
  const from = pixelsAt(bytes);
  const row = rowBytes(width, bits);
  const maskFrom = from + row * height;
  const maskRow = rowBytes(width, 1);
  const { isTopDown } = readDibHeader(bytes, 0);
  const fileRow = (y: number) => (isTopDown ? y : height - 1 - y);
  const ownAlpha = (x: number, y: number) => bytes[from + fileRow(y) * row + 4 * x + 3] ?? 255;
  const maskAlpha = (x: number, y: number) =>
    ((bytes[maskFrom + fileRow(y) * maskRow + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1 ? 0 : 255;
  const alphaAt = bits === 32 && hasAnyAlpha(bytes, from, row * height) ? ownAlpha : maskAlpha;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      for (let channel = 0; channel < 3; channel++)
        rgba[4 * at + channel] = data[channels * at + channel] as number;
      rgba[4 * at + 3] = alphaAt(x, y);
    }
  }
  return stillPixels(rgba, { width, height }, 4);
}

function hasAnyAlpha(bytes: Uint8Array, from: number, length: number): boolean {
  for (let at = from + 3; at < from + length; at += 4) if (bytes[at] !== 0) return true;
  return false;
}
