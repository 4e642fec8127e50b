import { defineOp } from "./op.ts";
import { number } from "./readers.ts";

/** Range and default are Freshet's choice: they are not documented. @see reference/cloudimage.md section 3.9 */
export const backdropBlurOp = defineOp({
  name: "bg_blur",
  summary: "Blur of the copy that bg_img_fit lays behind the picture; default 20.",
  reader: number(0, 100, " px"),
  example: "w=300&h=300&func=fit&bg_img_fit=1&bg_blur=5",
  toOptions: (backdropBlur) => ({ backdropBlur }),
});
