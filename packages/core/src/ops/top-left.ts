import { defineOp } from "./op.ts";
import { originPoint } from "./origin-point.ts";

/** @see reference/cloudimage.md section 3.5 */
export const topLeftOp = defineOp({
  name: "tl_px",
  summary:
    "Top left corner of the rectangle of the original that is used; alone, the rectangle ends at the original's bottom right. A rectangle without pixels is ignored.",
  reader: originPoint(),
  example: "w=300&tl_px=100,50",
  toOptions: (topLeft) => ({ topLeft }),
});
