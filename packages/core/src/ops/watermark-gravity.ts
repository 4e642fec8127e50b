import type { Compass } from "../plan/plan.ts";
import { compassWords } from "./compass.ts";
import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

/** @see reference/cloudimage.md section 5 */
export const watermarkGravityOp = defineOp<Compass | "position">({
  name: "wat_gravity",
  summary: "Where the watermark lies, default center; absolute and relative: where wat_pos says.",
  reader: word<Compass | "position">({ ...compassWords, absolute: "position", relative: "position" }),
  example: "w=300&wat=1&wat_text=Freshet&wat_gravity=southwest",
  indexed: true,
  toOptions: (markGravity) => ({ markGravity }),
});
