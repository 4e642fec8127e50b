import { defineOp } from "./op.ts";
import { decimal, type Reader, toHundredths } from "./readers.ts";

const accepts = "degrees, with a sign if wanted";

/** To the hundredth of a degree, which moves the end of the longest side by about one pixel. */
const degrees: Reader<number> = {
  accepts,
  read(raw) {
    const number = decimal(raw);
    return number === null
      ? { problem: `expected ${accepts}` }
      : { value: toHundredths(((number % 360) + 360) % 360) % 360 };
  },
};

/** @see reference/cloudimage.md section 3.14 */
export const rotateOp = defineOp({
  name: "r",
  summary:
    "Turns the picture counter-clockwise, after flip; the result grows until all of it is inside, and bg_color fills the corners.",
  reader: degrees,
  example: "w=300&r=90",
  toOptions: (rotate) => ({ rotate }),
});
