import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const contrastOp = defineOp({
  name: "contrast",
  summary: "Contrast: -100 is flat gray.",
  reader: integer(-100, 100),
  example: "w=300&contrast=30",
  toOptions: (contrast) => ({ contrast }),
});
