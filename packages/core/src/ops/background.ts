import { defineOp } from "./op.ts";
import { color } from "./readers.ts";

/** @see reference/cloudimage.md sections 3.9 and 6 */
export const backgroundOp = defineOp({
  name: "bg_color",
  aliases: ["bg_colour"],
  summary: "Color of the padding, and of what is transparent where the format has no alpha.",
  reader: color(),
  example: "w=300&h=300&func=fit&bg_color=black",
  toOptions: (background) => ({ background }),
});
