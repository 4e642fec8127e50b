import { defineOp } from "./op.ts";
import { color, list, mapped } from "./readers.ts";

/** Grammar and order of the colors are Freshet's choice: they are not documented. @see reference/cloudimage.md section 4 */
export const duotoneOp = defineOp({
  name: "duotone",
  summary: "Two colors instead of all: black becomes the first, white the second.",
  reader: mapped(list(color(), { 2: "DARK,LIGHT" }), ([dark, light]) => ({
    dark: dark as string,
    light: light as string,
  })),
  example: "w=300&duotone=navy,ffe4c4",
  toOptions: (duotone) => ({ duotone }),
});
