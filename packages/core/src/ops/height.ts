import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { positive } from "./readers.ts";

/** @see reference/cloudimage.md section 3.1 */
export const heightOp = defineOp({
  name: "h",
  aliases: ["height"],
  summary: "Height of the result; alone, the width follows the original's ratio.",
  reader: positive(limits.outputSide, " px"),
  example: "h=300",
  toOptions: (height) => ({ height }),
});
