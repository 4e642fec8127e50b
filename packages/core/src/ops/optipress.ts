import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 6, row 18 of section 17 */
export const optipressOp = defineOp({
  name: "optipress",
  summary:
    "Chooses the quality for each picture by what can be seen: 1 hardly anything is lost, 3 the smallest file, 0 = off. q wins over it.",
  reader: integer(0, 3),
  example: "w=300&optipress=2",
  toOptions: (optipress) => ({ optipress }),
});
