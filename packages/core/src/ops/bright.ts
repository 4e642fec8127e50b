import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 4, row 15 of section 17 */
export const brightOp = defineOp({
  name: "bright",
  summary: "Brightness: added to each channel.",
  reader: integer(-255, 255),
  example: "w=300&bright=30",
  toOptions: (bright) => ({ bright }),
});
