import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import type { Reader } from "./readers.ts";

const accepts = `a text of 1 to ${limits.watermarkTextChars} characters, + for a space`;

const text: Reader<string> = {
  accepts,
  read(raw) {
    // Control characters have no glyph; a half of a surrogate pair is none either.
    const clean = raw
      .toWellFormed()
      .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
      .trim();
    if (clean === "") return { problem: `expected ${accepts}` };
    const characters = [...clean];
    if (characters.length <= limits.watermarkTextChars) return { value: clean };
    const value = characters.slice(0, limits.watermarkTextChars).join("").trim();
    return { value, note: `cut after ${limits.watermarkTextChars} characters` };
  },
};

/** @see reference/cloudimage.md section 5 */
export const watermarkTextOp = defineOp({
  name: "wat_text",
  summary: "Text of the watermark, with wat=1; an image wins over it.",
  reader: text,
  example: "w=300&wat=1&wat_text=A+quiet+sea&wat_gravity=south",
  indexed: true,
  plusIsSpace: true,
  toOptions: (markText) => ({ markText }),
});
