import { limits } from "../limits.ts";
import { defineOp } from "./op.ts";
import { integer } from "./readers.ts";

/** @see reference/cloudimage.md section 12 */
export const cacheSecondsOp = defineOp({
  name: "ci_cache",
  summary: "How long browsers and caches in front may keep this answer, instead of what the token says.",
  reader: integer(0, limits.cacheSeconds, " (s)"),
  example: "w=300&ci_cache=10",
  toOptions: (cacheSeconds) => ({ cacheSeconds }),
});
