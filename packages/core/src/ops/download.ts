import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 7 */
export const downloadOp = defineOp({
  name: "force_download",
  summary: "Offers the answer as a file to save, instead of showing it.",
  reader: flag(),
  example: "w=300&force_download=1",
  toOptions: (download) => ({ download }),
});
