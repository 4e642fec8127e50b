import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { exifOrientation } from "./exif-orientation.ts";
import { type ByteReader, checkProfileBytes, type Header, readBytes } from "./header.ts";
import { contentOf, segmentsOf } from "./jpeg-segments.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

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
  let [profileBytes, scan] = [0, 0];
  for (const segment of segmentsOf(bytes)) {
    const { marker, at, end } = segment;
    scan = at;
    if (isFrame(marker)) frame ??= readFrame(file, at);
    const exif = contentOf(bytes, segment, "exif");
    if (exif) orientation ??= exifOrientation(exif);
    const profile = contentOf(bytes, segment, "profile");
    if (profile) {
      profileBytes += end - at;
      checkProfileBytes(profileBytes);
      isSrgb ??= isWholeSrgb(profile);
    }
  }
  if (!frame) throw new FreshetError("image_broken", "the JPEG has no frame");
  checkScans(bytes, scan);
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
