import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const sepiaOp = defineOp({
  name: "sepia",
  summary: "The brown of old photographs.",
  reader: flag(),
  example: "w=300&sepia=1",
  toOptions: (sepia) => ({ sepia }),
});
