import type { Compass } from "../plan/plan.ts";
import { compassWords } from "./compass.ts";
import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

/** What `trim` could mean for a copy that fills its canvas is not documented. @see reference/cloudimage.md section 3.9 */
export const backdropGravityOp = defineOp<Compass>({
  name: "bg_gravity",
  summary:
    "Which part of itself the copy that bg_img_fit lays behind the picture shows; trim is read as center.",
  reader: word<Compass>({ ...compassWords, trim: "center" }),
  example: "w=300&h=150&func=fit&bg_img_fit=1&bg_gravity=south",
  toOptions: (backdropGravity) => ({ backdropGravity }),
});
