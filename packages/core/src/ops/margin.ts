import { limits } from "../limits.ts";
import type { Margin } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { integer, list, mapped, type Reader } from "./readers.ts";

const margin: Reader<Margin> = mapped(
  list(integer(0, limits.outputSide, " px"), { 1: "M", 2: "V,H", 4: "N,E,S,W" }),
  ([first = 0, second = first, third = first, fourth = second]) => ({
    top: first,
    right: second,
    bottom: third,
    left: fourth,
  }),
);

/** @see reference/cloudimage.md section 3.9 */
export const marginOp = defineOp({
  name: "margin",
  summary: "Pixels that fit and cropfit keep free at least, within w and h.",
  reader: margin,
  example: "w=300&h=300&func=fit&bg_color=fff&margin=10,20",
  toOptions: (value) => ({ margin: value }),
});
