import type { Size } from "@freshet/core";
import type { SourceInfo } from "../origin/inspect.ts";

/** Up to this share of the original's size a decoder that shrinks is faster than a full decode. */
const eighths = [1, 2, 3, 4] as const;

/**
 * The size at which a JPEG should be decoded before it is scaled to `size`: the smallest of 1/8, 2/8, 3/8 and 4/8 that
 * keeps at least twice the target on both sides. Shrinking further is what makes other servers fast and soft: measured
 * on a 6 MP photograph, PSNR against a float Lanczos3 falls from 40 to 34 dB.
 *
 * @returns `null` if the decoder should not shrink
 */
export function jpegShrink(info: SourceInfo, size: Size): Size | null {
  if (info.format !== "jpeg") return null;
  const eighth = eighths.find(
    (part) => info.width * part >= 16 * size.width && info.height * part >= 16 * size.height,
  );
  // libjpeg rounds up, so this is exactly what its scaled decoder makes.
  return eighth
    ? { width: Math.ceil((info.width * eighth) / 8), height: Math.ceil((info.height * eighth) / 8) }
    : null;
}
