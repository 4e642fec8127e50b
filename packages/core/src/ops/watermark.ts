import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 5 */
export const watermarkOp = defineOp({
  name: "wat",
  summary:
    "Lays a watermark on the result: that of wat_url or wat_text, else the token's. Without it no other wat_ parameter counts.",
  reader: flag(),
  example: "w=300&wat=1&wat_text=Freshet",
  toOptions: (watermark) => ({ watermark }),
});
