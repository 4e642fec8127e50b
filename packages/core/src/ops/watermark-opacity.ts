import { defineOp } from "./op.ts";
import { number } from "./readers.ts";

/** @see reference/cloudimage.md section 5 */
export const watermarkOpacityOp = defineOp({
  name: "wat_opacity",
  summary: "Opacity of the watermark; default 1.",
  reader: number(0, 1),
  example: "w=300&wat=1&wat_text=Freshet&wat_color=fff&wat_opacity=0.4",
  indexed: true,
  toOptions: (markOpacity) => ({ markOpacity }),
});
