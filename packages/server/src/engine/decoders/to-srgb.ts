import type { Pixels } from "../pixels.ts";
import { collectPixels, openFile } from "../vips.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/**
 * Converts a still picture from the colors of its profile; a profile that cannot be used is passed over.
 *
 * libvips knows a profile only as part of a file, so a file it gets: a TIFF without compression, which costs two copies.
 */
export async function toSrgb(pixels: Pixels, icc: Uint8Array | null): Promise<Pixels> {
  if (!icc || isSrgbProfile(icc)) return pixels;
  return collectPixels(openFile(writeTiff(pixels, icc)).toColourspace("srgb"), pixels);
}

/** Field types of TIFF 6.0, section 2. */
const [short, long, undefinedType] = [3, 4, 7];

/** @see TIFF 6.0, sections 2, 6 and 18 (ExtraSamples); ICC.1:2022, annex B.3 */
function writeTiff({ data, width, height, channels }: Pixels, icc: Uint8Array): Uint8Array {
  const fields: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, long, 1, width],
    [257, long, 1, height],
    // 8 bits, three or four times: two numbers fit in here, the others stand behind.
    [258, short, channels, valuesAt],
    [259, short, 1, 1],
    [262, short, 1, 2],
    [273, long, 1, valuesAt + 8 + icc.length],
    [277, short, 1, channels],
    [278, long, 1, height],
    [279, long, 1, data.length],
    ...(channels === 4 ? [[338, short, 1, 2] as const] : []),
    [34_675, undefinedType, icc.length, valuesAt + 8],
  ];
  const head = Buffer.alloc(valuesAt + 8);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(fields.length, 8);
  for (const [index, [tag, type, count, value]] of fields.entries()) {
    const at = 10 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(value, at + 8);
  }
  for (let index = 0; index < 4; index++) head.writeUInt16LE(8, valuesAt + 2 * index);
  return Buffer.concat([head, icc, data]);
}

/** Behind a directory of up to eleven fields. */
const valuesAt = 160;
