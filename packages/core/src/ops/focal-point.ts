import { limits } from "../limits.ts";
import type { FocalPoint } from "../plan/plan.ts";
import { decimal, type Reader, toHundredths } from "./readers.ts";

type Unit = { readonly unit: FocalPoint["unit"]; readonly factor: number; readonly max: number };

const units: Readonly<Record<string, Unit>> = {
  "": { unit: "px", factor: 1, max: limits.originSide },
  p: { unit: "%", factor: 1, max: 100 },
  c: { unit: "%", factor: 100, max: 100 },
  s: { unit: "%scaled", factor: 1, max: 100 },
};

const accepts =
  "a point: X,Y in pixels of the original, Xp,Yp in percent of it, Xc,Yc in fractions of it, or Xs,Ys in percent of the resized picture";

/**
 * A focal point; both numbers carry the same unit. What lies outside of the picture is moved to its edge.
 * @see reference/cloudimage.md section 3.6, row 13 of section 17
 */
export const focalPoint: Reader<FocalPoint> = {
  accepts,
  read(raw) {
    const [, first = "", suffix = "", second = "", secondSuffix = ""] =
      /^([^,]*?)([pcs]?),([^,]*?)([pcs]?)$/i.exec(raw.toLowerCase()) ?? [];
    const [x, y] = [decimal(first), decimal(second)];
    if (x === null || y === null || suffix !== secondSuffix) return { problem: `expected ${accepts}` };
    const { unit, factor, max } = units[suffix] as Unit;
    const read = (value: number) => {
      const inside = Math.min(max, Math.max(0, value * factor));
      return unit === "px" ? Math.round(inside) : toHundredths(inside);
    };
    const isOutside = [x, y].some((value) => value < 0 || value * factor > max);
    const value = { x: read(x), y: read(y), unit };
    return isOutside ? { value, note: `moved to the edge: ${value.x},${value.y} ${unit}` } : { value };
  },
};
