import type { Gravity } from "../plan/plan.ts";
import { compassWords } from "./compass.ts";
import { focalPoint } from "./focal-point.ts";
import { defineOp } from "./op.ts";
import { either, word } from "./readers.ts";

/** Faces are not looked for yet; where there is none, or several, both words mean `auto` at Cloudimage too. */
const words = { ...compassWords, auto: "auto", smart: "auto", face: "auto", trim: "trim" } as const;

/** @see reference/cloudimage.md sections 3.3, 3.4, 3.6, 3.9 and 3.15 */
export const gravityOp = defineOp<Gravity>({
  name: "gravity",
  summary:
    "Which part a crop keeps, or where a fit places the picture on its canvas. auto, smart and face keep what draws the eye; trim goes by the borders that trim cut off; a point is kept as near to the middle as the edges allow.",
  reader: either(word<Gravity>(words), focalPoint),
  example: "w=300&h=150&gravity=40p,75p",
  toOptions: (gravity) => ({ gravity }),
});
