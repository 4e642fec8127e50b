import { limits } from "../limits.ts";
import type { Point } from "../plan/plan.ts";
import { integer, list, mapped, type Reader } from "./readers.ts";

/** A corner of a rectangle in whole pixels of the original; what lies before its first pixel is that pixel. */
export function originPoint(): Reader<Point> {
  const accepts = `X,Y in pixels of the original, each from 0 to ${limits.originSide}`;
  const reader = list(integer(0, limits.originSide), { 2: "X,Y" });
  return mapped(reader, ([x, y]) => ({ x: x as number, y: y as number }), accepts);
}
