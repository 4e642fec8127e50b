import { defineOp } from "./op.ts";
import { number } from "./readers.ts";

/** @see reference/cloudimage.md section 3.9 */
export const backdropOpacityOp = defineOp({
  name: "bg_opacity",
  summary: "Opacity of the copy that bg_img_fit lays behind the picture; default 1.",
  reader: number(0, 1),
  example: "w=300&h=300&func=fit&bg_img_fit=1&bg_opacity=0.4&bg_color=navy",
  toOptions: (backdropOpacity) => ({ backdropOpacity }),
});
