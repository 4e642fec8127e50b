import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import type { Reader } from "./readers.ts";

const accepts = `a font's name of at most ${limits.fontNameChars} letters, digits, spaces, "-", "_" and "."`;

const fontName: Reader<string> = {
  accepts,
  read(raw) {
    const name = raw.trim().replace(/\s+/g, " ").toLowerCase();
    const isName = /^[\p{L}\p{N} ._-]+$/u.test(name) && name.length <= limits.fontNameChars;
    return isName ? { value: name } : { problem: `expected ${accepts}` };
  },
};

/** @see reference/cloudimage.md section 5 */
export const watermarkFontOp = defineOp({
  name: "wat_font",
  summary: "Font of wat_text; a font that is not there is replaced by the nearest that is.",
  reader: fontName,
  example: "w=300&wat=1&wat_text=Freshet&wat_font=Arial-Black",
  indexed: true,
  plusIsSpace: true,
  toOptions: (markFont) => ({ markFont }),
});
