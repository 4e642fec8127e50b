import { inflateSync } from "node:zlib";
import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { exifOrientation } from "./exif-orientation.ts";
import { checkExifBytes, checkProfileBytes, type Header, partCounter, readBytes } from "./header.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/**
 * Chunk by chunk up to the pixels. An animated PNG counts as its first picture, which is all that is read of it.
 *
 * @throws FreshetError `image_broken`
 * @see PNG specification, third edition, sections 11.2.1 (IHDR), 11.3.1.1 (tRNS), 11.3.2.3 (iCCP), 11.3.2.6 (cICP)
 */
export function readPngHeader(bytes: Uint8Array): Header {
  const file = readBytes(bytes, "big");
  if (file.name(12) !== "IHDR") throw new FreshetError("image_broken", "the PNG does not begin with IHDR");
  const [width, height, depth, colorType] = [file.u32(16), file.u32(20), file.u8(24), file.u8(25)];
  // Color types 4 and 6 have alpha; the others may name a transparent color.
  let hasAlpha = (colorType & 4) !== 0;
  // Of several profiles, which there must not be, the first counts.
  let isSrgb: boolean | null = null;
  let isCodedSrgb = true;
  let orientation = 1;
  const countPart = partCounter();
  for (let at = 33; file.name(at + 4) !== "IDAT" && file.name(at + 4) !== "IEND"; at += 12 + file.u32(at)) {
    countPart();
    const data = () => bytes.subarray(at + 8, at + 8 + file.u32(at));
    switch (file.name(at + 4)) {
      case "tRNS":
        hasAlpha = true;
        break;
      case "iCCP":
        isSrgb ??= isPackedSrgb(data());
        break;
      case "cICP":
        isCodedSrgb = file.u8(at + 8) === 1 && file.u8(at + 9) === 13;
        break;
      case "eXIf":
        checkExifBytes(file.u32(at));
        orientation = exifOrientation(data());
        break;
    }
  }
  checkPacking(width * height, depth, colorType, bytes.length);
  return {
    width,
    height,
    orientation,
    hasAlpha,
    frames: 1,
    isSrgb: depth <= 8 && isCodedSrgb && (isSrgb ?? true),
    hasProfile: isSrgb !== null,
  };
}

/** What deflate makes of nothing but equal bytes (zlib's technical details, "Maximum Compression Factor"). */
const mostPacked = 1032;
/** Numbers of a pixel, by color type; a palette's pixel is one. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A file that is too short for its pixels is not unpacked to find that out. Whether they are too many is said elsewhere. */
function checkPacking(pixels: number, depth: number, colorType: number, fileBytes: number): void {
  const rawBytes = (pixels * depth * (channels[colorType] ?? 1)) / 8;
  if (pixels <= serverLimits.sourcePixels && rawBytes > fileBytes * mostPacked) {
    throw new FreshetError("image_broken", "the PNG is too short for the pixels that it names");
  }
}

/** A name, a zero, a zero for the method, and the profile in zlib's format. */
function isPackedSrgb(chunk: Uint8Array): boolean {
  try {
    const packed = chunk.subarray(chunk.indexOf(0) + 2);
    return isSrgbProfile(inflateSync(packed, { maxOutputLength: serverLimits.profileBytes }));
  } catch (error) {
    // Stopped as soon as it would have written more.
    if (error instanceof RangeError) checkProfileBytes(Number.POSITIVE_INFINITY);
    return false;
  }
}
