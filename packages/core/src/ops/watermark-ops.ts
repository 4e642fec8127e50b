import type { Op } from "./op.ts";
import { watermarkOp } from "./watermark.ts";
import { watermarkColorOp } from "./watermark-color.ts";
import { watermarkFontOp } from "./watermark-font.ts";
import { watermarkFontSizeOp } from "./watermark-font-size.ts";
import { watermarkGravityOp } from "./watermark-gravity.ts";
import { watermarkOpacityOp } from "./watermark-opacity.ts";
import { watermarkPadOp } from "./watermark-pad.ts";
import { watermarkPositionOp } from "./watermark-position.ts";
import { watermarkScaleOp } from "./watermark-scale.ts";
import { watermarkTextOp } from "./watermark-text.ts";
import { watermarkUrlOp } from "./watermark-url.ts";

/** What is said about watermarks; all but `wat` may carry an index, `wat_url[1]`, `wat_url[2]`, for several of them. */
export const watermarkOps: readonly Op[] = [
  watermarkOp,
  watermarkUrlOp,
  watermarkTextOp,
  watermarkFontOp,
  watermarkFontSizeOp,
  watermarkColorOp,
  watermarkGravityOp,
  watermarkPadOp,
  watermarkPositionOp,
  watermarkScaleOp,
  watermarkOpacityOp,
];
