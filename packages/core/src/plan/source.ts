import type { Plan, Point, Rectangle } from "./plan.ts";
import { type Box, intersect, type Size } from "./size.ts";

/** What is known of an original when its layout is made: sizes are after EXIF orientation. */
export interface Source extends Size {
  /** What is left after `trim`, in pixels of the original; `null` if nothing was cut off. */
  readonly trimmed: Box | null;
  /** What draws the eye, as fractions 0 to 1 of what is left after `trim` and the rectangle; `null` if not known. */
  readonly focus: Point | null;
}

/** Which edges `trim` found something to cut off at. */
export interface TrimmedEdges {
  readonly left: boolean;
  readonly top: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
}

/**
 * The part of the original that is used: what `trim` has left, and of that the rectangle. A rectangle that lies outside
 * of it is ignored.
 *
 * @returns a box inside the original, in its pixels
 * @see reference/cloudimage.md sections 3.5 and 3.15
 */
export function usedRegion({ rectangle }: Pick<Plan, "rectangle">, source: Source): Box {
  const whole = { left: 0, top: 0, width: source.width, height: source.height };
  const left = source.trimmed ? (intersect(source.trimmed, whole) ?? whole) : whole;
  return rectangle ? (intersect(rectangleBox(rectangle, source), left) ?? left) : left;
}

function rectangleBox(rectangle: Rectangle, source: Size): Box {
  const { x, y } = rectangle.topLeft ?? { x: 0, y: 0 };
  const end = rectangle.bottomRight ?? { x: source.width, y: source.height };
  return { left: x, top: y, width: end.x - x, height: end.y - y };
}

export function trimmedEdges({ trimmed, width, height }: Source): TrimmedEdges {
  const box = trimmed ?? { left: 0, top: 0, width, height };
  return {
    left: box.left > 0,
    top: box.top > 0,
    right: box.left + box.width < width,
    bottom: box.top + box.height < height,
  };
}
