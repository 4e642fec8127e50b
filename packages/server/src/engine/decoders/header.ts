import { FreshetError, type Size } from "@freshet/core";
import { serverLimits } from "../../limits.ts";

/** What the first bytes of a file say, before anything is decoded. */
export interface Header extends Size {
  /** EXIF orientation, 1 to 8; the size is that before turning. */
  readonly orientation: number;
  /** The file can hold transparency; not whether it does. */
  readonly hasAlpha: boolean;
  /** Of an animation; 0 if the file says that it moves and holds none. */
  readonly frames: number;
  /** Colors need no conversion: 8 bits a channel, RGB or gray, with no profile or one that is sRGB. */
  readonly isSrgb: boolean;
  /** There is a color profile in the file, be it that of sRGB. */
  readonly hasProfile: boolean;
}

/** Reads numbers and names out of a file, and ends with `image_broken` where there is no more file. */
export interface ByteReader {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u24(at: number): number;
  u32(at: number): number;
  i32(at: number): number;
  /** Four characters, as chunks and boxes are named. */
  name(at: number): string;
}

/** @throws FreshetError `image_broken`, from its methods */
export function readBytes(bytes: Uint8Array, order: "big" | "little"): ByteReader {
  const little = order === "little";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const within = (at: number, count: number) => {
    if (at < 0 || at + count > bytes.byteLength) throw headerCutShort();
    return at;
  };
  const u8 = (at: number) => view.getUint8(within(at, 1));
  const u16 = (at: number) => view.getUint16(within(at, 2), little);
  return {
    length: bytes.byteLength,
    u8,
    u16,
    u24: (at) => (little ? u16(at) + u8(at + 2) * 0x10000 : u8(at) * 0x10000 + u16(at + 1)),
    u32: (at) => view.getUint32(within(at, 4), little),
    i32: (at) => view.getInt32(within(at, 4), little),
    name: (at) => {
      const code = view.getUint32(within(at, 4));
      return String.fromCharCode(code >>> 24, (code >> 16) & 255, (code >> 8) & 255, code & 255);
    },
  };
}

export function headerCutShort(): FreshetError {
  return new FreshetError("image_broken", "the file ends in the middle of its header");
}

/** @throws FreshetError `original_too_large` */
export function checkExifBytes(bytes: number): void {
  if (bytes > serverLimits.exifBytes) throw tooLarge("EXIF", serverLimits.exifBytes);
}

/** @throws FreshetError `original_too_large` */
export function checkProfileBytes(bytes: number): void {
  if (bytes > serverLimits.profileBytes) throw tooLarge("color profile", serverLimits.profileBytes);
}

function tooLarge(what: string, limit: number): FreshetError {
  return new FreshetError("original_too_large", `the ${what} has more than ${limit} bytes`);
}

/**
 * Counts the parts that a header's reader walks over.
 * @throws FreshetError `image_broken`, from the function, after {@link serverLimits.headerParts}
 */
export function partCounter(): () => void {
  let parts = 0;
  return () => {
    if (++parts > serverLimits.headerParts) {
      throw new FreshetError("image_broken", `the file is in more than ${serverLimits.headerParts} parts`);
    }
  };
}
