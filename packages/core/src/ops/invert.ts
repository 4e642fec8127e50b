import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const invertOp = defineOp({
  name: "invert",
  summary: "The negative of the picture.",
  reader: flag(),
  example: "w=300&invert=1",
  toOptions: (invert) => ({ invert }),
});
