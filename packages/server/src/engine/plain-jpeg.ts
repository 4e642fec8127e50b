import { exifOrientation } from "./decoders/exif-orientation.ts";
import { contentOf, segmentsOf } from "./decoders/jpeg-segments.ts";

/**
 * The same JPEG without its profile, and with nothing in its EXIF but how it is turned: for a decoder that would hand the
 * profile on, and may read EXIF in another way than we do.
 *
 * @param bytes a file whose header was read: it has a scan
 */
export function plainJpeg(bytes: Uint8Array): Uint8Array {
  let orientation: number | null = null;
  const kept: Uint8Array[] = [];
  let from = 2;
  for (const segment of segmentsOf(bytes)) {
    const exif = contentOf(bytes, segment, "exif");
    if (exif) orientation ??= exifOrientation(exif);
    else if (!contentOf(bytes, segment, "profile")) continue;
    kept.push(bytes.subarray(from, segment.start));
    from = segment.end;
  }
  const turn = orientation === null || orientation === 1 ? [] : [exifOf(orientation)];
  return Buffer.concat([bytes.subarray(0, 2), ...turn, ...kept, bytes.subarray(from)]);
}

/** An APP1 segment that says nothing but that (EXIF 2.32, section 4.5; TIFF 6.0, section 2). */
function exifOf(orientation: number): Uint8Array {
  const [marker, name] = ["ffe10022", Buffer.from("Exif\0\0").toString("hex")];
  // Big endian, one entry, which is a short number; no further directory.
  const tiff = `4d4d002a00000008000101120003000000010${orientation.toString(16).padStart(3, "0")}000000000000`;
  return Buffer.from(marker + name + tiff, "hex");
}
