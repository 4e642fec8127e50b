import { toHundredths } from "../ops/readers.ts";
import type { Flip } from "./plan.ts";

/** A flip, and after it a rotation. */
export interface Turn {
  readonly flip: Flip | null;
  readonly rotate: number | null;
}

/**
 * One spelling for all that turn the same way: upside down is left to right and half a turn, so half turns are written
 * as flips, and beside any other angle only `h` remains.
 *
 * @param degrees counter-clockwise, 0 up to but not including 360
 */
export function makeTurn(flip: Flip | null, degrees: number): Turn {
  if (degrees === 0) return { flip, rotate: null };
  const isUpsideDown = flip === "v" || flip === "hv";
  const angle = isUpsideDown ? toHundredths((degrees + 180) % 360) : degrees;
  const isMirrored = flip === "h" || flip === "v";
  if (angle === 0) return { flip: isMirrored ? "h" : null, rotate: null };
  if (angle === 180) return { flip: isMirrored ? "v" : "hv", rotate: null };
  return { flip: isMirrored ? "h" : null, rotate: angle };
}
