import { limits } from "../limits.ts";
import type { Options } from "./options.ts";
import type { Point, Rectangle } from "./plan.ts";

type RectangleOptions = Pick<Options, "topLeft" | "bottomRight" | "centerX" | "centerY" | "width" | "height">;

/**
 * The part of the original that is used; `null` for all of it, and for a rectangle that can contain no pixel.
 *
 * `x,y` is the center of a rectangle as large as `w` and `h` say, before `dpr`: Freshet's choice, since what clients
 * mean by it is not documented.
 *
 * @see reference/cloudimage.md section 3.5
 */
export function makeRectangle(options: RectangleOptions): Rectangle | null {
  const { topLeft, bottomRight, centerX, centerY, width, height } = options;
  if (topLeft !== null || bottomRight !== null) return corners(topLeft, bottomRight);
  if (centerX === null || centerY === null || width === null || height === null) return null;
  const [left, right] = span(centerX, width);
  const [top, bottom] = span(centerY, height);
  return corners({ x: left, y: top }, { x: right, y: bottom });
}

/** What lies before the first pixel is cut off, and so is what no original reaches. */
function span(center: number, size: number): [start: number, end: number] {
  const whole = Math.max(1, Math.round(size));
  const start = Math.round(center - whole / 2);
  return [Math.max(0, start), Math.min(limits.originSide, start + whole)];
}

function corners(topLeft: Point | null, bottomRight: Point | null): Rectangle | null {
  const { x, y } = topLeft ?? { x: 0, y: 0 };
  if (bottomRight !== null && (bottomRight.x <= x || bottomRight.y <= y)) return null;
  const start = x === 0 && y === 0 ? null : { x, y };
  return start === null && bottomRight === null ? null : { topLeft: start, bottomRight };
}
