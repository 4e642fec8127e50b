import type { Flip } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import type { Reader } from "./readers.ts";

const accepts = "h (left to right), v (upside down), or both in any order; x and y are synonyms";

const axes: Reader<Flip> = {
  accepts,
  read(raw) {
    const text = raw.toLowerCase();
    if (text === "both") return { value: "hv" };
    if (!/^[hvxy]{1,8}$/.test(text)) return { problem: `expected ${accepts}` };
    const isHorizontal = /[hx]/.test(text);
    const isVertical = /[vy]/.test(text);
    return { value: isHorizontal && isVertical ? "hv" : isHorizontal ? "h" : "v" };
  },
};

/** @see reference/cloudimage.md section 3.14, row 14 of section 17 */
export const flipOp = defineOp({
  name: "flip",
  aliases: ["mirror"],
  summary: "Mirrors the picture.",
  reader: axes,
  example: "w=300&flip=h",
  toOptions: (flip) => ({ flip }),
});
