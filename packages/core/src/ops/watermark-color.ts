import { defineOp } from "./op.ts";
import { color } from "./readers.ts";

/** @see reference/cloudimage.md section 5 */
export const watermarkColorOp = defineOp({
  name: "wat_color",
  aliases: ["wat_colour"],
  summary: "Color of wat_text; default black.",
  reader: color(),
  example: "w=300&wat=1&wat_text=Freshet&wat_color=fff",
  indexed: true,
  toOptions: (markColor) => ({ markColor }),
});
