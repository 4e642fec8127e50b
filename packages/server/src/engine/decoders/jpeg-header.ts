import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { exifOrientation } from "./exif-orientation.ts";
import { type ByteReader, checkProfileBytes, type Header, partCounter, readBytes } from "./header.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

const exif = "Exif\0\0";
const iccProfile = "ICC_PROFILE\0";

/** Markers without a length behind them: TEM, RST0 to RST7, SOI (ITU-T T.81, table B.1). */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Start of a frame, of any process; 0xc4, 0xc8 and 0xcc are something else. */
const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

interface Frame {
  readonly precision: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/**
 * Walks the segments up to the first scan.
 * @throws FreshetError `image_broken`
 */
export function readJpegHeader(bytes: Uint8Array): Header {
  const file = readBytes(bytes, "big");
  let frame: Frame | null = null;
  let orientation: number | null = null;
  let isSrgb: boolean | null = null;
  let [profileBytes, fillBytes] = [0, 0];
  const countPart = partCounter();
  let at = 2;
  for (;;) {
    // Fill bytes may stand before a marker, and libjpeg skips what else it finds there.
    while (file.u8(at) !== 0xff || file.u8(at + 1) === 0xff || file.u8(at + 1) === 0) {
      at++;
      if (++fillBytes > serverLimits.fillBytes) {
        throw new FreshetError(
          "image_broken",
          "the JPEG has nothing between its segments, and too much of it",
        );
      }
    }
    const marker = file.u8(at + 1);
    countPart();
    at += 2;
    if (isBare(marker)) continue;
    if (marker === 0xda || marker === 0xd9) break;
    const end = at + Math.max(2, file.u16(at));
    if (isFrame(marker)) frame ??= readFrame(file, at);
    if (marker === 0xe1 && startsWith(bytes, at + 2, exif)) {
      orientation ??= exifOrientation(bytes.subarray(at + 8, end));
    }
    if (marker === 0xe2 && startsWith(bytes, at + 2, iccProfile)) {
      profileBytes += end - at;
      checkProfileBytes(profileBytes);
      isSrgb ??= isWholeSrgb(bytes.subarray(at + 2 + iccProfile.length, end));
    }
    at = end;
  }
  if (!frame) throw new FreshetError("image_broken", "the JPEG has no frame");
  checkScans(bytes, at);
  const { width, height, precision, components } = frame;
  return {
    width,
    height,
    orientation: orientation ?? 1,
    hasAlpha: false,
    frames: 1,
    isSrgb: (isSrgb ?? true) && precision === 8 && (components === 1 || components === 3),
    hasProfile: isSrgb !== null,
  };
}

/**
 * Within a scan, 0xff is never followed by another scan's marker.
 * @param from the first scan
 */
function checkScans(bytes: Uint8Array, from: number): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let scans = 1;
  for (let at = from; at >= 0; at = file.indexOf(scanMarker, at + 2)) {
    if (scans++ > serverLimits.jpegScans) {
      throw new FreshetError("original_too_large", `the JPEG has more than ${serverLimits.jpegScans} scans`);
    }
  }
}

const scanMarker = Buffer.from([0xff, 0xda]);

function readFrame(file: ByteReader, at: number): Frame {
  return {
    precision: file.u8(at + 2),
    height: file.u16(at + 3),
    width: file.u16(at + 5),
    components: file.u8(at + 7),
  };
}

/** A profile in several segments is over 64 kB, which that of sRGB never is. (ICC.1:2022, annex B.4) */
function isWholeSrgb(segment: Uint8Array): boolean {
  return segment[1] === 1 && isSrgbProfile(segment.subarray(2));
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
