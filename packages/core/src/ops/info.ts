import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

/** @see reference/cloudimage.md section 12, row 29 of section 17 */
export const infoOp = defineOp<0 | 1 | 2>({
  name: "ci_info",
  summary: "Tells in headers how the answer came about; the picture stays the same.",
  reader: word<0 | 1 | 2>({ 0: 0, 1: 1, 2: 2 }),
  example: "w=300&ci_info=1",
  toOptions: (info) => ({ info }),
});
