import { defineOp } from "./op.ts";
import { color } from "./readers.ts";

/** @see reference/cloudimage.md section 3.9 */
export const backdropColorizeOp = defineOp({
  name: "bg_colorize",
  aliases: ["bg_colourise"],
  summary: "Tint of the copy that bg_img_fit lays behind the picture.",
  reader: color(),
  example: "w=300&h=300&func=fit&bg_img_fit=1&bg_colorize=navy",
  toOptions: (backdropColor) => ({ backdropColor }),
});
