import { backgroundOp } from "./background.ts";
import { dprOp } from "./dpr.ts";
import { forceFormatOp } from "./force-format.ts";
import { funcOp } from "./func.ts";
import { gravityOp } from "./gravity.ts";
import { heightOp } from "./height.ts";
import { neverEnlargeOp } from "./never-enlarge.ts";
import type { Op } from "./op.ts";
import { qualityOp } from "./quality.ts";
import { widthOp } from "./width.ts";

/** Every operation, in the order in which the documentation tells of them. */
export const ops: readonly Op[] = [
  widthOp,
  heightOp,
  funcOp,
  gravityOp,
  neverEnlargeOp,
  dprOp,
  backgroundOp,
  qualityOp,
  forceFormatOp,
];
