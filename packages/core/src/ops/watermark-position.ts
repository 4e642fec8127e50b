import type { Length } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { list, mapped, number, type Reader } from "./readers.ts";

const percent = number(-100, 100);

/** With or without a `p`: both are percent. */
const share: Reader<Length> = mapped(
  { accepts: "percent of the result from -100 to 100", read: (raw) => percent.read(raw.replace(/p$/i, "")) },
  (value) => ({ value, unit: "%" }),
);

/** @see reference/cloudimage.md section 5 */
export const watermarkPositionOp = defineOp({
  name: "wat_pos",
  summary:
    "Position of the watermark's top left corner, default 0,0; only with wat_gravity=absolute or relative.",
  reader: mapped(list(share, { 1: "X", 2: "X,Y" }), ([x, y]) => [x as Length, y ?? (x as Length)] as const),
  example: "w=300&wat=1&wat_text=Freshet&wat_gravity=absolute&wat_pos=10p,20p",
  indexed: true,
  toOptions: (markPosition) => ({ markPosition }),
});
