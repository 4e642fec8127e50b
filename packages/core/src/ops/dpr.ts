import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { positive } from "./readers.ts";

/** @see reference/cloudimage.md section 3.14 */
export const dprOp = defineOp({
  name: "dpr",
  summary: "Device pixel ratio: multiplies w and h, and nothing else.",
  reader: positive(limits.dpr, ""),
  example: "w=200&dpr=2",
  toOptions: (dpr) => ({ dpr: Math.max(dpr, 0.1) }),
});
