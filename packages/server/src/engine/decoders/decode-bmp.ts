import { FreshetError, type Size } from "@freshet/core";
import { Transformer } from "@napi-rs/image";
import type { Pixels } from "../pixels.ts";
import { type DibHeader, readDibHeader } from "./bmp-header.ts";
import { headerCutShort, readBytes } from "./header.ts";
import { stillPixels } from "./still-pixels.ts";

const fileHeaderBytes = 14;
const bitfields = 3;
const alphaBitfields = 6;

/**
 * A Windows bitmap: 1 to 32 bits, run lengths, masks, bottom up or top down, and OS/2's headers.
 * @throws FreshetError `image_broken`
 */
export async function decodeBmp(source: Uint8Array, size: Size): Promise<Pixels> {
  const header = readDibHeader(source, fileHeaderBytes);
  checkLength(source, header);
  const pixels = await new Transformer(withUsualHeader(source, header)).rawPixels();
  return stillPixels(pixels, size, pixels.length === size.width * size.height * 4 ? 4 : 3);
}

/**
 * No memory is taken for a size that the file cannot have: rows that are not packed must be there, and a run is two
 * bytes for at most 255 pixels.
 */
function checkLength(source: Uint8Array, { width, height, bits, compression }: DibHeader): void {
  const isPacked = compression !== 0 && compression !== bitfields && compression !== alphaBitfields;
  const from = readBytes(source, "little").u32(10);
  const needed = isPacked ? (2 * width * height) / 255 : Math.ceil((width * bits) / 32) * 4 * height;
  if (from + needed > source.length) {
    throw new FreshetError("image_broken", "the bitmap ends before its last row");
  }
}

/** The decoder knows Windows' headers, and OS/2's only with a full palette: others are rewritten, the pixels are not. */
function withUsualHeader(source: Uint8Array, header: DibHeader): Uint8Array {
  switch (header.length) {
    case 12:
    case 16:
    case 64:
      return withWindowsHeader(source, header);
    case 40:
      return header.compression === alphaBitfields ? withAlphaMask(source) : source;
    default:
      return source;
  }
}

/** The four masks behind a header of 40 bytes are part of one of 56 bytes, at the same place. */
function withAlphaMask(source: Uint8Array): Uint8Array {
  const file = Buffer.from(source);
  file.writeUInt32LE(56, fileHeaderBytes);
  file.writeUInt32LE(bitfields, fileHeaderBytes + 16);
  return file;
}

const windowsHeaderBytes = 40;

function withWindowsHeader(source: Uint8Array, header: DibHeader): Uint8Array {
  const { length, width, height, isTopDown, bits, compression } = header;
  const pixelsAt = readBytes(source, "little").u32(10);
  if (pixelsAt > source.length) throw headerCutShort();
  const palette = widePalette(
    source.subarray(fileHeaderBytes + length, pixelsAt),
    length === 12 ? 3 : 4,
    bits,
  );
  const head = Buffer.alloc(fileHeaderBytes + windowsHeaderBytes);
  head.write("BM", "latin1");
  head.writeUInt32LE(head.length + palette.length, 10);
  head.writeUInt32LE(windowsHeaderBytes, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(isTopDown ? -height : height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length / 4, 46);
  return Buffer.concat([head, palette, source.subarray(pixelsAt)]);
}

/** Colors of four bytes, as many as there are and can be used. */
function widePalette(colors: Uint8Array, colorBytes: number, bits: number): Buffer {
  const count = bits > 8 ? 0 : Math.min(2 ** bits, Math.floor(colors.length / colorBytes));
  const palette = Buffer.alloc(4 * count);
  for (let index = 0; index < count; index++) {
    palette.set(colors.subarray(index * colorBytes, index * colorBytes + 3), 4 * index);
  }
  return palette;
}
