import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 6 */
export const qualityOp = defineOp({
  name: "q",
  summary: "Quality of lossy formats: lower is smaller. Default 80, for AVIF 60.",
  reader: integer(1, 100),
  example: "w=300&q=40",
  toOptions: (quality) => ({ quality }),
});
