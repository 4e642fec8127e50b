import type { FuncWish } from "../plan/options.ts";
import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

const funcs = {
  crop: "crop",
  fit: "fit",
  cropfit: "cropfit",
  bound: "bound",
  boundmin: "boundmin",
  cover: "cover",
  face: "face",
  facehide: "facehide",
  proxy: "proxy",
} as const satisfies { [F in FuncWish]: F };

/** @see reference/cloudimage.md sections 3.3, 3.7 to 3.13 and 7 */
export const funcOp = defineOp<FuncWish>({
  name: "func",
  summary:
    "How width and height are reconciled: cut (crop, the default for both), pad (fit), cut or pad (cropfit), largest inside (bound), smallest around (boundmin), distort (cover). Faces are not looked for: face is a crop around what draws the eye, facehide a plain crop. proxy passes the original on as it is, script and style files too.",
  reader: word<FuncWish>(funcs),
  example: "w=300&h=300&func=fit&bg_color=3498db",
  toOptions: (func) => ({ func }),
});
