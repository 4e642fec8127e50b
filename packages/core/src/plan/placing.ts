import type { Compass, FocalPoint, Gravity } from "./plan.ts";
import type { Box, Size } from "./size.ts";
import { type Source, type TrimmedEdges, trimmedEdges } from "./source.ts";

/** Left and top of one box in another, in whole pixels. */
export interface Offset {
  readonly left: number;
  readonly top: number;
}

/** What gravity comes to for one source: `trim` has become a place, or, where nothing was trimmed, `auto`. */
export type Aim = Place | "auto" | FocalPoint;

/** A place of the compass, or how much of what is free lies left of the box and above it, 0 to 1. */
export type Place = Compass | { readonly shares: readonly [number, number] };

/**
 * Where a crop cuts: towards the edges that were trimmed.
 * @see reference/cloudimage.md section 3.15
 */
export function cropAim(gravity: Gravity, source: Source): Aim {
  if (gravity !== "trim") return gravity;
  const edges = trimmedEdges(source);
  if (!Object.values(edges).includes(true)) return "auto";
  return { shares: [towards(edges.left, edges.right), towards(edges.top, edges.bottom)] };
}

/**
 * Where a fit lays the picture: away from the edges that were trimmed, so that the canvas grows where something was
 * cut off. What matters in the picture decides nothing, since all of it is there.
 *
 * @see reference/cloudimage.md section 3.15
 */
export function fitAim(gravity: Gravity, source: Source): Place {
  if (gravity === "trim") {
    const edges = trimmedEdges(source);
    return { shares: [towards(edges.right, edges.left), towards(edges.bottom, edges.top)] };
  }
  return typeof gravity === "object" || gravity === "auto" ? "center" : gravity;
}

function towards(start: TrimmedEdges["left"], end: TrimmedEdges["left"]): number {
  if (start === end) return 0.5;
  return start ? 0 : 1;
}

/** Where the inner box lies in the outer one; a remainder of one pixel goes to the south and east. */
export function place(inner: Size, outer: Size, where: Place): Offset {
  const [horizontal, vertical] = typeof where === "object" ? where.shares : shares[where];
  return {
    left: Math.floor((outer.width - inner.width) * horizontal),
    top: Math.floor((outer.height - inner.height) * vertical),
  };
}

/**
 * Where a crop window lies in the scaled region: a point is kept in its middle as far as the region's edges allow it.
 * @param region the part of the original that was scaled, in the original's pixels
 */
export function placeWindow(window: Size, scaled: Size, aim: Aim, region: Box, source: Source): Offset {
  if (aim === "auto") {
    const { x, y } = source.focus ?? { x: 0.5, y: 0.5 };
    return around(x * scaled.width, y * scaled.height, window, scaled);
  }
  if (typeof aim !== "object" || "shares" in aim) return place(window, scaled, aim);
  if (aim.unit === "%scaled") {
    return around((aim.x / 100) * scaled.width, (aim.y / 100) * scaled.height, window, scaled);
  }
  const x = aim.unit === "px" ? aim.x : (aim.x / 100) * source.width;
  const y = aim.unit === "px" ? aim.y : (aim.y / 100) * source.height;
  return around(
    ((x - region.left) / region.width) * scaled.width,
    ((y - region.top) / region.height) * scaled.height,
    window,
    scaled,
  );
}

function around(x: number, y: number, window: Size, scaled: Size): Offset {
  return {
    left: clampOffset(floorAlmost(x - window.width / 2), scaled.width - window.width),
    top: clampOffset(floorAlmost(y - window.height / 2), scaled.height - window.height),
  };
}

/** Products of fractions miss whole numbers by the last bits; half of a picture must be where its center is. */
function floorAlmost(value: number): number {
  return Math.floor(value + 1e-6);
}

export function clampOffset(offset: number, max: number): number {
  return Math.min(max, Math.max(0, offset));
}

const shares: Readonly<Record<Compass, readonly [number, number]>> = {
  northwest: [0, 0],
  north: [0.5, 0],
  northeast: [1, 0],
  west: [0, 0.5],
  center: [0.5, 0.5],
  east: [1, 0.5],
  southwest: [0, 1],
  south: [0.5, 1],
  southeast: [1, 1],
};
