import type { Compass } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { word } from "./readers.ts";

const compass = {
  northwest: "northwest",
  north: "north",
  northeast: "northeast",
  west: "west",
  center: "center",
  centre: "center",
  east: "east",
  southwest: "southwest",
  south: "south",
  southeast: "southeast",
} as const satisfies Record<Compass | "centre", Compass>;

/** @see reference/cloudimage.md section 3.3 */
export const gravityOp = defineOp<Compass>({
  name: "gravity",
  summary: "Which part a crop keeps, or where a fit places the picture on its canvas.",
  reader: word<Compass>(compass),
  example: "w=300&h=150&gravity=south",
  toOptions: (gravity) => ({ gravity }),
});
