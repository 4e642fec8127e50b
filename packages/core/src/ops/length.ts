import { limits } from "../limits.ts";
import type { Length } from "../plan/plan.ts";
import { decimal, list, mapped, type Reader, toHundredths } from "./readers.ts";

/** Pixels (`12`) or percent (`12p`), with a sign. Whole pixels: a fraction of one cannot be shifted without blur. */
const length: Reader<Length> = {
  accepts: `pixels from -${limits.outputSide} to ${limits.outputSide}, or percent such as 5p from -100p to 100p`,
  read(raw) {
    const isPercent = /p$/i.test(raw);
    const number = decimal(isPercent ? raw.slice(0, -1) : raw);
    if (number === null) return { problem: `expected ${length.accepts}` };
    const max = isPercent ? 100 : limits.outputSide;
    const clamped = Math.min(max, Math.max(-max, number));
    const value: Length = isPercent
      ? { value: toHundredths(clamped), unit: "%" }
      : { value: Math.round(clamped) + 0, unit: "px" };
    return clamped === number ? { value } : { value, note: `clamped to ${clamped}${isPercent ? "p" : ""}` };
  },
};

/** One length for both directions, or a horizontal and a vertical one. */
export function lengthPair(): Reader<readonly [Length, Length]> {
  return mapped(list(length, { 1: "X", 2: "X,Y" }), ([x, y]) => [x as Length, y ?? (x as Length)]);
}
