import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see center-x.ts */
export const centerYOp = defineOp({
  name: "y",
  summary: "See x.",
  reader: integer(0, limits.originSide, " px"),
  example: "w=300&h=200&x=512&y=400&dpr=2",
  toOptions: (centerY) => ({ centerY }),
});
