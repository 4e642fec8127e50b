import type { MarkScale } from "../plan/options.ts";
import { defineOp } from "./op.ts";
import { number, type Reader } from "./readers.ts";

const accepts =
  "N from 0 to 100 (percent of its own size), Np (percent of the result's width), or X,Y or Xp,Yp (percent of the result's width and of its height)";
const percent = number(0, 100);

/** Two numbers cannot both be a share of its own size without distorting it: they are shares of the result. */
const scale: Reader<MarkScale> = {
  accepts,
  read(raw) {
    const parts = raw.split(",").map((part) => part.trim());
    const readings = parts.map((part) => percent.read(part.replace(/p$/i, "")));
    const values: number[] = [];
    const notes: string[] = [];
    for (const reading of readings) {
      if ("problem" in reading) return { problem: `expected ${accepts}` };
      values.push(reading.value);
      if (reading.note) notes.push(reading.note);
    }
    const [width, height, ...rest] = values;
    if (width === undefined || rest.length > 0) return { problem: `expected ${accepts}` };
    const value: MarkScale =
      height === undefined && !/p$/i.test(raw)
        ? { kind: "own", percent: width }
        : { kind: "output", width, height: height ?? null };
    return notes.length === 0 ? { value } : { value, note: notes.join(", ") };
  },
};

/** @see reference/cloudimage.md section 5 */
export const watermarkScaleOp = defineOp({
  name: "wat_scale",
  summary: "Size of the watermark; one that is larger than the result is made smaller until it fits.",
  reader: scale,
  example: "w=300&wat=1&wat_url=sample.li/flat.jpg&wat_scale=30p",
  indexed: true,
  toOptions: (markScale) => ({ markScale }),
});
