import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const saturateOp = defineOp({
  name: "saturate",
  summary: "Saturation: -100 is without color, 100 has twice as much.",
  reader: integer(-100, 100),
  example: "w=300&saturate=-50",
  toOptions: (saturate) => ({ saturate }),
});
