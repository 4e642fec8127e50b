import type { Func } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

const funcs = {
  crop: "crop",
  fit: "fit",
  cropfit: "cropfit",
  bound: "bound",
  boundmin: "boundmin",
  cover: "cover",
} as const satisfies { [F in Func]: F };

/** @see reference/cloudimage.md sections 3.3 and 3.9 to 3.13 */
export const funcOp = defineOp<Func>({
  name: "func",
  summary:
    "How width and height are reconciled: cut (crop, the default for both), pad (fit), cut or pad (cropfit), largest inside (bound), smallest around (boundmin), distort (cover).",
  reader: word<Func>(funcs),
  example: "w=300&h=300&func=fit&bg_color=3498db",
  toOptions: (func) => ({ func }),
});
