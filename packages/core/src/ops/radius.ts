import { limits } from "../limits.ts";
import type { CornerRadius, Radius } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { either, integer, list, mapped, type Reader, word } from "./readers.ts";

const corner: Reader<CornerRadius> = either(
  word<CornerRadius>({ max: "max" }),
  integer(0, limits.outputSide, " px"),
);

const radius: Reader<Radius> = mapped(
  list(corner, { 1: "R", 4: "TL,BL,BR,TR" }),
  ([first = 0, second = first, third = first, fourth = first]) => ({
    topLeft: first,
    bottomLeft: second,
    bottomRight: third,
    topRight: fourth,
  }),
  `R or TL,BL,BR,TR (counter-clockwise), each a whole number from 0 to ${limits.outputSide} px, or max`,
);

/** @see reference/cloudimage.md section 3.16, row 12 of section 17 */
export const radiusOp = defineOp({
  name: "radius",
  summary: "Rounds the corners: transparent where the format can be and no bg_color is given.",
  reader: radius,
  example: "w=300&h=300&radius=max&force_format=png",
  toOptions: (value) => ({ radius: value }),
});
