import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 3.15 */
export const trimOp = defineOp({
  name: "trim",
  summary:
    "Cuts off a border of one color before anything else is done; the number says how far its color may vary. 0 = off.",
  reader: integer(0, 100),
  example: "w=300&trim=40",
  toOptions: (trim) => ({ trim }),
});
