import { FreshetError } from "@freshet/core";
import { bmpHeaderLengths, readDibHeader } from "./bmp-header.ts";
import { type Header, readBytes } from "./header.ts";

/** One of the pictures in an icon: a whole PNG, or a bitmap without its file header. */
export interface Icon {
  readonly kind: "png" | "dib";
  readonly width: number;
  readonly height: number;
  /** Of a pixel. */
  readonly bits: number;
  readonly bytes: Uint8Array;
}

/**
 * The largest picture of an icon or a cursor, and of several the one with the most colors. The directory is not asked
 * how large they are: it cannot say more than 256.
 *
 * @throws FreshetError `image_broken`
 */
export function chooseIcon(bytes: Uint8Array): Icon {
  const file = readBytes(bytes, "little");
  let best: Icon | null = null;
  // Entries may share a picture, so that a short file can hold very many.
  const seen = new Set<number>();
  for (let index = 0; index < file.u16(4) && 22 + 16 * index <= file.length; index++) {
    const [length, offset] = [file.u32(14 + 16 * index), file.u32(18 + 16 * index)];
    if (seen.has(offset)) continue;
    seen.add(offset);
    const icon = readIcon(bytes.subarray(offset, offset + length));
    if (icon && (!best || isBetter(icon, best))) best = icon;
  }
  if (!best) throw new FreshetError("image_broken", "the icon holds no picture");
  return best;
}

/** @throws FreshetError `image_broken` */
export function readIcoHeader(bytes: Uint8Array): Header {
  const { width, height } = chooseIcon(bytes);
  return { width, height, orientation: 1, hasAlpha: true, frames: 1, isSrgb: true, hasProfile: false };
}

function isBetter(icon: Icon, other: Icon): boolean {
  const [area, otherArea] = [icon.width * icon.height, other.width * other.height];
  return area > otherArea || (area === otherArea && icon.bits > other.bits);
}

/** @returns `null` if it cannot be read: the others may do */
function readIcon(bytes: Uint8Array): Icon | null {
  try {
    const file = readBytes(bytes, "big");
    if (file.u32(0) === 0x89504e47) {
      return { kind: "png", width: file.u32(16), height: file.u32(20), bits: 32, bytes };
    }
    const { length, width, height, bits } = readDibHeader(bytes, 0);
    // Below the picture's rows lie those of its mask, and the height counts both.
    const rows = Math.floor(height / 2);
    if (!bmpHeaderLengths.has(length)) return null;
    return { kind: "dib", width, height: rows, bits, bytes };
  } catch {
    return null;
  }
}
