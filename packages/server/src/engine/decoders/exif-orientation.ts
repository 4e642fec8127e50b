import { type ByteReader, readBytes } from "./header.ts";

const orientationTag = 0x0112;
const [shortType, longType] = [3, 4];

/**
 * Orientation in a block of EXIF, which is a TIFF without a picture: 1 to 8, and 1 if there is none or it makes no sense.
 * As strict as libexif, so that the size that is announced is that of the picture which libvips hands out. A camera's
 * odd EXIF is no reason to refuse its picture.
 *
 * @see EXIF 2.32, section 4.6.4 A (tag 0x0112)
 */
export function exifOrientation(tiff: Uint8Array): number {
  try {
    return findOrientation(tiff);
  } catch {
    return 1;
  }
}

function findOrientation(tiff: Uint8Array): number {
  const order = byteOrderOf(tiff);
  if (!order) return 1;
  const file = readBytes(tiff, order);
  if (file.u16(2) !== 42) return 1;
  const directory = file.u32(4);
  const entries = file.u16(directory);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + 12 * index;
    if (file.u16(entry) === orientationTag) return readValue(file, entry);
  }
  return 1;
}

function byteOrderOf([first, second]: Uint8Array): "big" | "little" | null {
  if (first === 0x49 && second === 0x49) return "little";
  return first === 0x4d && second === 0x4d ? "big" : null;
}

function readValue(file: ByteReader, entry: number): number {
  const [type, count] = [file.u16(entry + 2), file.u32(entry + 4)];
  if (count !== 1 || (type !== shortType && type !== longType)) return 1;
  const value = type === longType ? file.u32(entry + 8) : file.u16(entry + 8);
  return value >= 1 && value <= 8 ? value : 1;
}
