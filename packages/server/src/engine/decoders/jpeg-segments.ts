import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { partCounter, readBytes } from "./header.ts";

/** A segment of a JPEG (ITU-T T.81, annex B.1.1). */
export interface JpegSegment {
  readonly marker: number;
  /** Where its marker stands. */
  readonly start: number;
  /** What comes after its marker: its length, and then what is in it. */
  readonly at: number;
  readonly end: number;
}

/** Markers without a length behind them: TEM, RST0 to RST7, SOI (ITU-T T.81, table B.1). */
const isBare = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);

const [startOfScan, endOfImage] = [0xda, 0xd9];

/**
 * Walks the segments up to the first scan, which is the last that is told of, or the end of the image.
 * @throws FreshetError `image_broken`
 */
export function* segmentsOf(bytes: Uint8Array): Generator<JpegSegment, void> {
  const file = readBytes(bytes, "big");
  const countPart = partCounter();
  let fillBytes = 0;
  for (let at = 2; ; ) {
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
    const [start, marker] = [at, file.u8(at + 1)];
    countPart();
    at += 2;
    if (isBare(marker)) continue;
    const isLast = marker === startOfScan || marker === endOfImage;
    const end = isLast ? bytes.length : at + Math.max(2, file.u16(at));
    yield { marker, start, at, end };
    if (isLast) return;
    at = end;
  }
}

/** What segments for applications are known by: APP1 (EXIF 2.32, section 4.7.2) and APP2 (ICC.1:2022, annex B.4). */
const kinds = {
  exif: { marker: 0xe1, name: "Exif\0\0" },
  profile: { marker: 0xe2, name: "ICC_PROFILE\0" },
} as const;

/** What a segment of that kind holds, behind its name; `null` if it is none. */
export function contentOf(
  bytes: Uint8Array,
  { marker, at, end }: JpegSegment,
  kind: keyof typeof kinds,
): Uint8Array | null {
  const { marker: wanted, name } = kinds[kind];
  if (marker !== wanted || !startsWith(bytes, at + 2, name)) return null;
  return bytes.subarray(at + 2 + name.length, end);
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[at + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
