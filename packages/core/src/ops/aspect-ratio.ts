import { limits } from "../limits.ts";
import type { AspectRange } from "../plan/plan.ts";
import { defineOp } from "./op.ts";
import { decimal, list, mapped, type Reader } from "./readers.ts";

const ratio: Reader<number> = {
  accepts: `W:H or a decimal, from 1:${limits.aspectRatio} to ${limits.aspectRatio}:1`,
  read(raw) {
    const [width = "", height = "1", ...rest] = raw.split(":");
    const value = (decimal(width) ?? 0) / (decimal(height) ?? 0);
    if (rest.length > 0 || !Number.isFinite(value) || value <= 0)
      return { problem: `expected ${ratio.accepts}` };
    const clamped = Math.min(limits.aspectRatio, Math.max(1 / limits.aspectRatio, value));
    return clamped === value ? { value } : { value: clamped, note: `clamped to ${clamped}` };
  },
};

const range: Reader<AspectRange> = mapped(list(ratio, { 1: "AR", 2: "AR1,AR2" }), (bounds) => ({
  min: Math.min(...bounds),
  max: Math.max(...bounds),
}));

/** @see reference/cloudimage.md section 3.8 */
export const aspectRatioOp = defineOp({
  name: "aspect_ratio",
  aliases: ["ar"],
  summary:
    "Ratio of width to height: gives the side that is not given, or, without any, cuts without resizing. A range cuts only what lies outside of it, to the nearer bound. Ignored if both w and h are given.",
  reader: range,
  example: "w=400&aspect_ratio=16:9",
  toOptions: (aspect) => ({ aspect }),
});
