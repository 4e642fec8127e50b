import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 3.2, row 7 of section 17 */
export const neverEnlargeOp = defineOp({
  name: "org_if_sml",
  summary:
    "Never makes the picture larger than the original; a crop keeps the ratio that was asked for. It wins over fit_enlarge.",
  reader: flag(),
  example: "w=4000&org_if_sml=1",
  toOptions: (neverEnlarge) => ({ neverEnlarge }),
});
