import type { Compass, FocalPoint, Gravity } from "./plan.ts";

/** What may have made the picture smaller before it is resized. */
export interface Cuts {
  readonly trim: boolean;
  readonly rectangle: boolean;
}

/** Where a crop cuts, in one spelling: a point on an edge or in the middle is a place of the compass. */
export function cropGravity(gravity: Gravity, cuts: Cuts): Gravity {
  // Section 3.15 of the reference: where nothing was trimmed, what draws the eye decides.
  if (gravity === "trim") return cuts.trim ? "trim" : "auto";
  if (typeof gravity !== "object") return gravity;
  const point = sameUnit(gravity, cuts);
  return isOfWhatIsLeft(point, cuts) ? (places[`${point.x},${point.y}`] ?? point) : point;
}

/** As for a crop; but a point says nothing about padding, and a place of the compass would. */
export function cropfitGravity(gravity: Gravity, cuts: Cuts): Gravity {
  const simple = cropGravity(gravity, cuts);
  return typeof gravity === "object" && simple !== "center" ? sameUnit(gravity, cuts) : simple;
}

/** Where a fit lays the picture: the whole of it is there, so nothing in it can matter. */
export function fitGravity(gravity: Gravity, cuts: Cuts): Compass | "trim" {
  if (gravity === "trim") return cuts.trim ? "trim" : "center";
  return typeof gravity === "object" || gravity === "auto" ? "center" : gravity;
}

/** Percent of the whole original and of what is left of it are the same where nothing was cut off. */
function sameUnit({ x, y, unit }: FocalPoint, { trim, rectangle }: Cuts): FocalPoint {
  return { x, y, unit: unit === "%scaled" && !trim && !rectangle ? "%" : unit };
}

function isOfWhatIsLeft({ unit }: FocalPoint, { trim, rectangle }: Cuts): boolean {
  return unit === "%scaled" || (unit === "%" && !trim && !rectangle);
}

const places: Readonly<Record<string, Compass>> = {
  "0,0": "northwest",
  "50,0": "north",
  "100,0": "northeast",
  "0,50": "west",
  "50,50": "center",
  "100,50": "east",
  "0,100": "southwest",
  "50,100": "south",
  "100,100": "southeast",
};
