import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { positive } from "./readers.ts";

/** @see reference/cloudimage.md section 3.1 */
export const widthOp = defineOp({
  name: "w",
  aliases: ["width"],
  summary: "Width of the result; alone, the height follows the original's ratio.",
  reader: positive(limits.outputSide, " px"),
  example: "w=300",
  toOptions: (width) => ({ width }),
});
