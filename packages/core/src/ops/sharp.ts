import { defineOp } from "./op.ts";
import { number } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const sharpOp = defineOp({
  name: "sharp",
  summary: "Sharpens by an unsharp mask; 1 suits thumbnails.",
  reader: number(0, 4),
  example: "w=300&sharp=3",
  toOptions: (sharp) => ({ sharp }),
});
