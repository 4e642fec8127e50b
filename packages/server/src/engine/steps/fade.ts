import type { openPixels } from "../vips.ts";

type Work = ReturnType<typeof openPixels>;

/** Multiplies alpha by an opacity, 0 to 1; pixels without alpha get one. */
export function fade(work: Work, channels: 3 | 4, opacity: number): Work {
  // libvips cuts fractions off: half a level more makes that a rounding.
  return channels === 4
    ? work.linear([1, 1, 1, opacity], [0, 0, 0, 0.5])
    : work.ensureAlpha(Math.min(1, opacity + 0.5 / 255));
}
