import { type Header, readBytes } from "./header.ts";

/** Lengths of the header behind the file header, from OS/2 1.x to Windows' version 5. */
export const bmpHeaderLengths: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** A Windows bitmap's header, or that of one in an icon. */
export interface DibHeader {
  /** Bytes of the header itself; masks and colors may follow. */
  readonly length: number;
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  /** 0 none, 1 and 2 run lengths, 3 masks, 6 masks with alpha. */
  readonly compression: number;
  /** Colors in the palette; 0 = as many as there can be. */
  readonly colors: number;
  readonly alphaMask: number;
}

/**
 * @param at where the header begins: 14 in a file, 0 in an icon
 * @throws FreshetError `image_broken`
 * @see Microsoft, "Bitmap Header Types"
 */
export function readDibHeader(bytes: Uint8Array, at: number): DibHeader {
  const file = readBytes(bytes, "little");
  const length = file.u32(at);
  if (length === 12) {
    const [width, height, bits] = [file.u16(at + 4), file.u16(at + 6), file.u16(at + 10)];
    return { length, width, height, bits, isTopDown: false, compression: 0, colors: 0, alphaMask: 0 };
  }
  const height = file.i32(at + 8);
  const hasRest = length >= 40;
  const compression = hasRest ? file.u32(at + 16) : 0;
  const hasAlphaMask = compression === 6 || (compression === 3 && length >= 56 && length !== 64);
  return {
    length,
    width: Math.abs(file.i32(at + 4)),
    height: Math.abs(height),
    isTopDown: height < 0,
    bits: file.u16(at + 14),
    compression,
    colors: hasRest ? file.u32(at + 32) : 0,
    alphaMask: hasAlphaMask ? file.u32(at + 52) : 0,
  };
}

/** @throws FreshetError `image_broken` */
export function readBmpHeader(bytes: Uint8Array): Header {
  const { width, height, alphaMask } = readDibHeader(bytes, 14);
  return {
    width,
    height,
    orientation: 1,
    hasAlpha: alphaMask !== 0,
    frames: 1,
    isSrgb: true,
    hasProfile: false,
  };
}
