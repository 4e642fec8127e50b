import { limits } from "../limits.ts";
import type { FontSize } from "../plan/options.ts";
import { defineOp } from "./op.ts";
import { integer, type Reader } from "./readers.ts";

const pixels = integer(1, limits.fontPixels, " px");
const accepts = `${pixels.accepts}, or that and max`;

const fontSize: Reader<FontSize> = {
  accepts,
  read(raw) {
    const shrink = /max$/i.test(raw);
    const reading = pixels.read(shrink ? raw.slice(0, -3) : raw);
    if ("problem" in reading) return { problem: `expected ${accepts}` };
    return { ...reading, value: { size: reading.value, shrink } };
  },
};

/** The default is Freshet's choice: it is not documented. @see reference/cloudimage.md section 5 */
export const watermarkFontSizeOp = defineOp({
  name: "wat_fontsize",
  summary: "Size of wat_text, default 32; 40max = at most 40, smaller where the text would not fit.",
  reader: fontSize,
  example: "w=300&wat=1&wat_text=Freshet&wat_fontsize=80max",
  indexed: true,
  toOptions: (markFontSize) => ({ markFontSize }),
});
