import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** What Cloudimage means by it is not documented; this is Freshet's choice. @see reference/cloudimage.md section 3.5 */
export const centerXOp = defineOp({
  name: "x",
  summary:
    "With y, w and h, and without tl_px and br_px: the center of the rectangle of the original that is used, which is as large as w and h say (before dpr). Else ignored.",
  reader: integer(0, limits.originSide, " px"),
  example: "w=300&h=200&x=512&y=400",
  toOptions: (centerX) => ({ centerX }),
});
