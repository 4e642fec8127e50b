import { defineOp } from "./op.ts";
import { number } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const blurOp = defineOp({
  name: "blur",
  summary: "Gaussian blur: standard deviation in pixels of the result.",
  reader: number(0, 100, " px"),
  example: "w=300&blur=5",
  toOptions: (blur) => ({ blur }),
});
