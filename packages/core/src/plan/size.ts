import { limits } from "../limits.ts";

/** Whole pixels, each side at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** How often each side of `inner` would have to be taken to be as long as that of `outer`. */
export function ratios(outer: Size, inner: Size): [number, number] {
  return [outer.width / inner.width, outer.height / inner.height];
}

export function scaleSize(size: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

export function isSameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Both with no width or height of zero; `null` if they have no pixel in common. */
export function intersect(a: Box, b: Box): Box | null {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  const width = Math.min(a.left + a.width, b.left + b.width) - left;
  const height = Math.min(a.top + a.height, b.top + b.height) - top;
  return width >= 1 && height >= 1 ? { left, top, width, height } : null;
}

/**
 * Size of a picture after it was turned by any angle, so that all of it is inside. Rounded as libvips does it.
 * @param degrees counter-clockwise or clockwise; `null` = not turned
 */
export function rotatedSize({ width, height }: Size, degrees: number | null): Size {
  const [cos, sin] = legs(degrees ?? 0);
  return {
    width: Math.max(1, Math.round(width * cos + height * sin)),
    height: Math.max(1, Math.round(width * sin + height * cos)),
  };
}

/**
 * The same size, or the largest of its ratio that keeps {@link limits.outputSide} and {@link limits.outputPixels},
 * before and after it is turned.
 */
export function withinLimits({ width, height }: Size, degrees: number | null): Size {
  const [cos, sin] = legs(degrees ?? 0);
  const turnedWidth = width * cos + height * sin;
  const turnedHeight = width * sin + height * cos;
  const scale = Math.min(
    1,
    limits.outputSide / Math.max(width, height, turnedWidth, turnedHeight),
    Math.sqrt(limits.outputPixels / Math.max(width * height, turnedWidth * turnedHeight)),
  );
  let size: Size = { width, height };
  // Rounding up to whole pixels can add a few to a picture that is as large as may be: then a little less is tried.
  for (let less = 1; !isWithinLimits(size) || !isWithinLimits(rotatedSize(size, degrees)); less *= 0.999) {
    size = floorSize({ width, height }, scale * less);
  }
  return size;
}

function isWithinLimits({ width, height }: Size): boolean {
  return Math.max(width, height) <= limits.outputSide && width * height <= limits.outputPixels;
}

function floorSize(size: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.floor(size.width * scale)),
    height: Math.max(1, Math.floor(size.height * scale)),
  };
}

/** Shares of a side that fall on the two axes; exact for right angles, where the sine in floating point is not. */
function legs(degrees: number): [cos: number, sin: number] {
  if (degrees % 180 === 0) return [1, 0];
  if (degrees % 90 === 0) return [0, 1];
  const radians = (degrees * Math.PI) / 180;
  return [Math.abs(Math.cos(radians)), Math.abs(Math.sin(radians))];
}
