import type { SourceFormat } from "@freshet/core";

/** Whether a file can hold transparency, by its header; not whether it does. When in doubt, it can. */
export function mayHaveAlpha(bytes: Uint8Array, format: SourceFormat): boolean {
  switch (format) {
    case "jpeg":
      return false;
    case "png":
      return pngMayHaveAlpha(bytes);
    case "webp":
      return webpMayHaveAlpha(bytes);
    case "bmp":
      return bmpMayHaveAlpha(bytes);
    default:
      return true;
  }
}

/** Color types 4 and 6 have alpha; the others may have a `tRNS` chunk before the image data (PNG section 11.3.1.1). */
function pngMayHaveAlpha(bytes: Uint8Array): boolean {
  if (((bytes[25] ?? 0) & 4) !== 0) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Chunk by chunk: a color profile or a comment may contain any name.
  for (let at = 8; at + 8 <= bytes.byteLength; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "tRNS") return true;
    if (name === "IDAT") return false;
  }
  return false;
}

/** `VP8X` has a flag (RFC 9649 section 2.7), `VP8L` a hint in its header (section 3.4), plain `VP8 ` has no alpha. */
function webpMayHaveAlpha(bytes: Uint8Array): boolean {
  const chunk = String.fromCharCode(...bytes.subarray(12, 16));
  if (chunk === "VP8X") return ((bytes[20] ?? 0) & 0x10) !== 0;
  if (chunk === "VP8L") return ((bytes[24] ?? 0) & 0x10) !== 0;
  return false;
}

/** Only pixels of 32 bits have room for it; the short header of OS/2 knows no such pixels. */
function bmpMayHaveAlpha(bytes: Uint8Array): boolean {
  return bytes[14] !== 12 && bytes[28] === 32;
}
