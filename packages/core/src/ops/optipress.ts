import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 6, row 18 of section 17 */
export const optipressOp = defineOp({
  name: "optipress",
  summary:
    "Takes the lowest quality that keeps a score of what can be seen, SSIMULACRA2: 1 keeps 80 (nobody tells it from the original without switching between them), 2 keeps 70 (high quality), 3 keeps 60; 0 = off. As JPEG, 24 photographs took 104 %, 63 % and 44 % of the bytes of the default quality (measurements.md). q wins over it.",
  reader: integer(0, 3),
  example: "w=300&optipress=2",
  toOptions: (optipress) => ({ optipress }),
});
