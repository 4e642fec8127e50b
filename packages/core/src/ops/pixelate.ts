import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const pixelateOp = defineOp({
  name: "pixelate",
  aliases: ["pixellate"],
  summary: "Blocks of one color, this many pixels of the result wide and high; 0 and 1 = off.",
  reader: integer(0, 100, " px"),
  example: "w=300&pixelate=8",
  toOptions: (pixelate) => ({ pixelate }),
});
