import type { Background } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { color, either, word } from "./readers.ts";

/** @see reference/cloudimage.md sections 3.9, 3.14, 3.16 and 6 */
export const backgroundOp = defineOp<Background>({
  name: "bg_color",
  aliases: ["bg_colour"],
  summary:
    "Color of the padding, of the corners that r and radius uncover, and of what is transparent where the format has no alpha; auto is the picture's prominent color.",
  reader: either(word<Background>({ auto: "auto" }), color()),
  example: "w=300&h=300&func=fit&bg_color=black",
  toOptions: (background) => ({ background }),
});
