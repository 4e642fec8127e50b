import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** Freshet's own: what v6's `webp-lossy-N` says, v7 had no word for. @see reference/cloudimage.md section 14 */
export const qualityWebpOp = defineOp({
  name: "q_webp",
  summary: "Quality where WebP is delivered, instead of q. Freshet's own, for what v6 called webp-lossy-N.",
  reader: integer(1, 100),
  example: "w=300&q_webp=40&force_format=_webp",
  toOptions: (webpQuality) => ({ webpQuality }),
});
