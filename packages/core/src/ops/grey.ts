import { defineOp } from "./op.ts";
import { flag } from "./readers.ts";

/** @see reference/cloudimage.md section 4 */
export const greyOp = defineOp({
  name: "grey",
  aliases: ["gray"],
  summary: "Shades of gray.",
  reader: flag(),
  example: "w=300&grey=1",
  toOptions: (grey) => ({ grey }),
});
