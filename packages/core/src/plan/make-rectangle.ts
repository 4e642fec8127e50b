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
  return {
    kind: "around",
    center: { x: centerX, y: centerY },
    width: Math.max(1, Math.round(width)),
    height: Math.max(1, Math.round(height)),
  };
}

function corners(topLeft: Point | null, bottomRight: Point | null): Rectangle | null {
  const { x, y } = topLeft ?? { x: 0, y: 0 };
  if (bottomRight !== null && (bottomRight.x <= x || bottomRight.y <= y)) return null;
  const start = x === 0 && y === 0 ? null : { x, y };
  return start === null && bottomRight === null ? null : { kind: "corners", topLeft: start, bottomRight };
}
