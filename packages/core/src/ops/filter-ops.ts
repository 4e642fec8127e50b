import { blurOp } from "./blur.ts";
import { brightOp } from "./bright.ts";
import { colorizeOp } from "./colorize.ts";
import { contrastOp } from "./contrast.ts";
import { duotoneOp } from "./duotone.ts";
import { greyOp } from "./grey.ts";
import { invertOp } from "./invert.ts";
import type { Op } from "./op.ts";
import { pixelateOp } from "./pixelate.ts";
import { saturateOp } from "./saturate.ts";
import { sepiaOp } from "./sepia.ts";
import { sharpOp } from "./sharp.ts";

/** What `f=` can name, in the order in which it is applied. */
export const filterOps: readonly Op[] = [
  brightOp,
  contrastOp,
  saturateOp,
  greyOp,
  sepiaOp,
  duotoneOp,
  invertOp,
  colorizeOp,
  blurOp,
  pixelateOp,
  sharpOp,
];
