import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 3.9 */
export const fitEnlargeOp = defineOp({
  name: "fit_enlarge",
  summary: "Lets fit and cropfit enlarge a picture that is smaller than its canvas.",
  reader: flag(),
  example: "w=1500&h=1000&func=fit&fit_enlarge=1",
  toOptions: (fitEnlarge) => ({ fitEnlarge }),
});
