import type { Box } from "@freshet/core";
import { frameOf, type Pixels } from "../pixels.ts";
import { openPixels } from "../vips.ts";

/**
 * The part that is left without a border of one color, or `null` where there is none, or nothing else.
 *
 * The border's color and alpha are those of the top left pixel; the color that hides in transparent pixels does not
 * matter. `tolerance`, 1 to 100, is by how many levels of 255 a channel may differ and still be border. Pixels take the
 * median of their neighbors before they are compared, so 10 overlooks the noise of a usual JPEG, and specks. Of an
 * animation everything is kept that any frame shows.
 */
export async function findTrim(pixels: Pixels, tolerance: number): Promise<Box | null> {
  // libvips looks at squares of 3 by 3, and refuses what none fits into.
  if (pixels.width < 3 || pixels.height < 3) return null;
  let kept: Box | null = null;
  for (let index = 0; index < pixels.frames; index++) {
    const frame = frameOf(pixels, index);
    const box = await contentOf(frame, tolerance);
    if (!isWhole(box, pixels)) kept = kept ? union(kept, box) : box;
    // libvips also answers with the whole frame where it is all border: in an animation that may be a pause.
    else if (pixels.frames === 1 || !(await isUniform(frame, tolerance))) return null;
  }
  return kept && !isWhole(kept, pixels) ? kept : null;
}

async function contentOf(frame: Pixels, tolerance: number): Promise<Box> {
  const work = openPixels(frame).trim({ threshold: tolerance });
  const { info } = await work.raw().toBuffer({ resolveWithObject: true });
  const { width, height, trimOffsetLeft = 0, trimOffsetTop = 0 } = info;
  // 0 - 0 and not -0.
  return { left: 0 - trimOffsetLeft, top: 0 - trimOffsetTop, width, height };
}

function isWhole(box: Box, { width, height }: Pixels): boolean {
  return box.width === width && box.height === height;
}

async function isUniform(frame: Pixels, tolerance: number): Promise<boolean> {
  const { channels } = await openPixels(frame).stats();
  return channels.every(({ min, max }) => max - min <= tolerance);
}

function union(a: Box, b: Box): Box {
  const left = Math.min(a.left, b.left);
  const top = Math.min(a.top, b.top);
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}
