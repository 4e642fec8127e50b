import type { SourceFormat } from "@freshet/core";
import { bmpHeaderLengths } from "./bmp-header.ts";
import { readBytes } from "./header.ts";
import { isSvg } from "./svg-header.ts";

/** AVIF and HEIC share a container: which codec is in it is not in the first bytes. */
export type SniffedFormat = Exclude<SourceFormat, "avif" | "heic"> | "heif";

/** Brands of ISO/IEC 23008-12, annexes B and C, and of AVIF; a video of the same container has others. */
const heifBrands: ReadonlySet<string> = new Set(
  "mif1 msf1 mif2 mif3 miaf heic heix heim heis hevc hevx hevm hevs avif avis".split(" "),
);

/** A file's format by its first bytes: names and media types lie. */
export function sniffFormat(bytes: Uint8Array): SniffedFormat | null {
  if (bytes.length >= 12) {
    const format = bySignature(bytes);
    if (format) return format;
  }
  return isSvg(bytes) ? "svg" : null;
}

function bySignature(bytes: Uint8Array): SniffedFormat | null {
  const file = readBytes(bytes, "big");
  const start = file.u32(0);
  if (start >>> 8 === 0xffd8ff) return "jpeg";
  switch (start) {
    case 0x89504e47:
      return file.u32(4) === 0x0d0a1a0a ? "png" : null;
    case 0x52494646:
      return file.name(8) === "WEBP" ? "webp" : null;
    case 0x47494638:
      return "gif";
    // Little and big endian, and BigTIFF of both.
    case 0x49492a00:
    case 0x4d4d002a:
    case 0x49492b00:
    case 0x4d4d002b:
      return "tiff";
    case 0x00000100:
    case 0x00000200:
      return file.u16(4) !== 0 ? "ico" : null;
    // A box of 12 bytes with a name and a line end.
    case 0x0000000c:
      return file.name(4) === "JXL " && file.u32(8) === 0x0d0a870a ? "jxl" : null;
  }
  if (start >>> 16 === 0xff0a) return "jxl";
  if (start >>> 16 === 0x424d) return isBmp(bytes) ? "bmp" : null;
  return file.name(4) === "ftyp" && hasHeifBrand(bytes) ? "heif" : null;
}

/** "BM" begins many a text. */
function isBmp(bytes: Uint8Array): boolean {
  return bytes.length >= 18 && bmpHeaderLengths.has(readBytes(bytes, "little").u32(14));
}

function hasHeifBrand(bytes: Uint8Array): boolean {
  const file = readBytes(bytes, "big");
  const end = Math.min(file.u32(0), file.length, 256);
  // The number between the first brand and the others is no brand, and cannot look like one.
  for (let at = 8; at + 4 <= end; at += 4) if (heifBrands.has(file.name(at))) return true;
  return false;
}
