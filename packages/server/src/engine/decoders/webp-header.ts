import { FreshetError } from "@freshet/core";
import { exifOrientation } from "./exif-orientation.ts";
import {
  type ByteReader,
  checkExifBytes,
  checkProfileBytes,
  type Header,
  partCounter,
  readBytes,
} from "./header.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

const still = { orientation: 1, frames: 1, isSrgb: true, hasProfile: false } as const;

/**
 * One of three layouts: `VP8 ` (lossy), `VP8L` (lossless), `VP8X` (with alpha, metadata or animation).
 *
 * @throws FreshetError `image_broken`
 * @see RFC 9649, sections 2.5 to 2.7 and 3.4; RFC 6386, section 9.1
 */
export function readWebpHeader(bytes: Uint8Array): Header {
  const file = readBytes(bytes, "little");
  switch (file.name(12)) {
    case "VP8 ":
      return { ...still, width: file.u16(26) & 0x3fff, height: file.u16(28) & 0x3fff, hasAlpha: false };
    case "VP8L": {
      const bits = file.u32(21);
      const [width, height] = [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
      return { ...still, width, height, hasAlpha: ((bits >>> 28) & 1) === 1 };
    }
    case "VP8X":
      return readExtended(bytes, file);
    default:
      throw new FreshetError("image_broken", "the WebP holds no picture");
  }
}

function readExtended(bytes: Uint8Array, file: ByteReader): Header {
  const flags = file.u8(20);
  const moves = (flags & 0x02) !== 0;
  let [frames, orientation] = [0, 1];
  let isSrgb: boolean | null = null;
  const countPart = partCounter();
  for (let at = 30; at + 8 <= file.length; ) {
    countPart();
    const length = file.u32(at + 4);
    const data = bytes.subarray(at + 8, at + 8 + length);
    const name = file.name(at);
    if (name === "ANMF") frames++;
    if (name === "ICCP") {
      checkProfileBytes(length);
      isSrgb ??= isSrgbProfile(data);
    }
    if (name === "EXIF") {
      checkExifBytes(length);
      orientation = exifOrientation(withoutPrefix(data));
    }
    at += 8 + length + (length & 1);
  }
  return {
    width: 1 + file.u24(24),
    height: 1 + file.u24(27),
    orientation,
    // Frames need not cover the canvas, which is transparent.
    hasAlpha: moves || (flags & 0x10) !== 0,
    frames: moves ? frames : 1,
    isSrgb: isSrgb ?? true,
    hasProfile: isSrgb !== null,
  };
}

/** Many writers put before it what JPEG has there. */
function withoutPrefix(exif: Uint8Array): Uint8Array {
  return Buffer.from("Exif\0\0").equals(exif.subarray(0, 6)) ? exif.subarray(6) : exif;
}
