import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 3.9 */
export const backdropOp = defineOp({
  name: "bg_img_fit",
  summary: "Fills the canvas of fit and cropfit with a blurred copy of the picture.",
  reader: flag(),
  example: "w=300&h=300&func=fit&bg_img_fit=1",
  toOptions: (backdrop) => ({ backdrop }),
});
