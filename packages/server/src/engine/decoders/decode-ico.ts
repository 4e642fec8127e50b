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
  const { length, isTopDown } = readDibHeader(bytes, 0);
  const file = Buffer.concat([Buffer.alloc(fileHeaderBytes), bytes]);
  file.write("BM", "latin1");
  file.writeUInt32LE(fileHeaderBytes + pixelsAt(bytes), 10);
  if (length === 12) file.writeUInt16LE(height, 20);
  else file.writeInt32LE(isTopDown ? -height : height, 22);
  // Some icons count the mask in the length of the pixels; nobody needs it.
  if (length >= 40) file.writeUInt32LE(rowBytes(width, bits) * height, 34);
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
function withTransparency({ data, width, height, channels }: Pixels, { bytes, bits }: Icon): Pixels {
  const { isTopDown } = readDibHeader(bytes, 0);
  const from = pixelsAt(bytes);
  const row = rowBytes(width, bits);
  const hasOwn = bits === 32 && hasAnyAlpha(bytes, from, row * height);
  const maskFrom = from + row * height;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0, at = 0; y < height; y++) {
    const fileRow = isTopDown ? y : height - 1 - y;
    const ownAt = from + fileRow * row + 3;
    const maskAt = maskFrom + fileRow * rowBytes(width, 1);
    for (let x = 0; x < width; x++, to += 4, at += channels) {
      rgba[to] = data[at] as number;
      rgba[to + 1] = data[at + 1] as number;
      rgba[to + 2] = data[at + 2] as number;
      rgba[to + 3] = hasOwn ? (bytes[ownAt + 4 * x] ?? 255) : isMasked(bytes, maskAt, x) ? 0 : 255;
    }
  }
  return stillPixels(rgba, { width, height }, 4);
}

/** A mask that is missing hides nothing. */
function isMasked(bytes: Uint8Array, rowAt: number, x: number): boolean {
  return (((bytes[rowAt + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
}

function hasAnyAlpha(bytes: Uint8Array, from: number, length: number): boolean {
  for (let at = from + 3; at < from + length; at += 4) if (bytes[at] !== 0) return true;
  return false;
}
