import { limits } from "../limits.ts";
import type { FormatWish } from "../plan/formats.ts";
import { defineOp } from "./op.ts";
import type { Reader } from "./readers.ts";

const wishes: Readonly<Record<string, FormatWish>> = {
  jpeg: { format: "jpeg", strict: true },
  jpg: { format: "jpeg", strict: true },
  png: { format: "png", strict: true },
  webp: { format: "webp", strict: false },
  _webp: { format: "webp", strict: true },
  avif: { format: "avif", strict: false },
  _avif: { format: "avif", strict: true },
  gif: { format: "gif", strict: true },
  original: { format: "original", strict: true },
};

const accepts = `one of ${Object.keys(wishes).join(", ")}, or several in order of preference, separated by commas`;

/** Entries that are not known are left out: `jxl,webp,jpeg` still means WebP before JPEG. */
const chain: Reader<readonly FormatWish[]> = {
  accepts,
  read(raw) {
    const words = raw.toLowerCase().split(",").slice(0, limits.formatChain);
    const known = words
      .filter((entry) => Object.hasOwn(wishes, entry))
      .map((entry) => wishes[entry] as FormatWish);
    if (known.length === 0) return { problem: `expected ${accepts}` };
    const different = new Set(known.map(({ format }) => format));
    // In a chain the requester has said what comes next; only a lone wish gives way to a smaller JPEG.
    const value =
      different.size === 1 ? known.slice(0, 1) : known.map(({ format }) => ({ format, strict: true }));
    return words.length === known.length
      ? { value }
      : { value, note: "entries that are not known were left out" };
  },
};

/** @see reference/cloudimage.md section 6, row 20 of section 17 */
export const forceFormatOp = defineOp({
  name: "force_format",
  summary:
    "Format of the result. webp and avif give way to JPEG where that is the smaller file, _webp and _avif do not; in a chain the first that the requester accepts is taken.",
  reader: chain,
  example: "w=300&force_format=webp",
  toOptions: (formats) => ({ formats }),
});
