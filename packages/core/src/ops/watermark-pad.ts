import { lengthPair } from "./length.ts";
import { defineOp } from "./op.ts";

/** @see reference/cloudimage.md section 5 */
export const watermarkPadOp = defineOp({
  name: "wat_pad",
  summary:
    "Moves the watermark away from the edges that wat_gravity names, or, with a negative number, beyond them; a direction in which it is centered has no edge.",
  reader: lengthPair(),
  example: "w=300&wat=1&wat_text=Freshet&wat_gravity=southeast&wat_pad=10,5p",
  indexed: true,
  toOptions: (markPad) => ({ markPad }),
});
