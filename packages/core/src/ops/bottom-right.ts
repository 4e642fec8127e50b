import { defineOp } from "./op.ts";
import { originPoint } from "./origin-point.ts";

/** @see reference/cloudimage.md section 3.5 */
export const bottomRightOp = defineOp({
  name: "br_px",
  summary:
    "Bottom right corner of the rectangle of the original that is used; alone, the rectangle begins at the original's top left.",
  reader: originPoint(),
  example: "w=300&tl_px=100,50&br_px=500,350",
  toOptions: (bottomRight) => ({ bottomRight }),
});
