import { defineOp } from "./op.ts";
import type { Reader } from "./readers.ts";

const accepts =
  "an image's address, spelled as in a path: a URL, host/path, an alias or a path below the token's prefix";

const address: Reader<string> = {
  accepts,
  read: (raw) => (raw.trim() === "" ? { problem: `expected ${accepts}` } : { value: raw.trim() }),
};

/** Whether it names an original is decided where paths are, with the token's aliases. @see reference/cloudimage.md section 5 */
export const watermarkUrlOp = defineOp({
  name: "wat_url",
  summary: "Image of the watermark, with wat=1.",
  reader: address,
  example: "w=300&wat=1&wat_url=sample.li/flat.jpg&wat_scale=20p",
  indexed: true,
  toOptions: (markUrl) => ({ markUrl }),
});
