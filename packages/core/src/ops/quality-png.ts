import { defineOp } from "./op.ts";
import { either, integer, word } from "./readers.ts";

/** Freshet's own: what v6's `png-lossy-N` says, v7 had no word for. @see reference/cloudimage.md section 14 */
export const qualityPngOp = defineOp<number | "lossless">({
  name: "q_png",
  summary:
    "Quality where PNG is delivered, instead of q: a palette of at most 256 colors, or lossless, which PNG is without q. Freshet's own, for what v6 called png-lossy-N and png-lossless.",
  reader: either(word<"lossless">({ lossless: "lossless" }), integer(1, 100)),
  example: "w=300&q_png=60&force_format=png",
  toOptions: (pngQuality) => ({ pngQuality }),
});
