import { aspectRatioOp } from "./aspect-ratio.ts";
import { backdropOp } from "./backdrop.ts";
import { backdropBlurOp } from "./backdrop-blur.ts";
import { backdropColorizeOp } from "./backdrop-colorize.ts";
import { backdropGravityOp } from "./backdrop-gravity.ts";
import { backdropOpacityOp } from "./backdrop-opacity.ts";
import { backgroundOp } from "./background.ts";
import { bottomRightOp } from "./bottom-right.ts";
import { cacheSecondsOp } from "./cache-seconds.ts";
import { centerXOp } from "./center-x.ts";
import { centerYOp } from "./center-y.ts";
import { downloadOp } from "./download.ts";
import { dprOp } from "./dpr.ts";
import { filterListOp } from "./filter-list.ts";
import { filterOps } from "./filter-ops.ts";
import { fitEnlargeOp } from "./fit-enlarge.ts";
import { flipOp } from "./flip.ts";
import { forceFormatOp } from "./force-format.ts";
import { funcOp } from "./func.ts";
import { gravityOp } from "./gravity.ts";
import { heightOp } from "./height.ts";
import { infoOp } from "./info.ts";
import { marginOp } from "./margin.ts";
import { neverEnlargeOp } from "./never-enlarge.ts";
import type { Op } from "./op.ts";
import { optipressOp } from "./optipress.ts";
import { qualityOp } from "./quality.ts";
import { qualityPngOp } from "./quality-png.ts";
import { qualityWebpOp } from "./quality-webp.ts";
import { radiusOp } from "./radius.ts";
import { rotateOp } from "./rotate.ts";
import { topLeftOp } from "./top-left.ts";
import { trimOp } from "./trim.ts";
import { watermarkOps } from "./watermark-ops.ts";
import { widthOp } from "./width.ts";

/**
 * Every operation, in the order in which the documentation tells of them. Where two set the same option, the later one
 * wins: a filter of its own wins over the list `f`.
 */
export const ops: readonly Op[] = [
  widthOp,
  heightOp,
  funcOp,
  gravityOp,
  neverEnlargeOp,
  dprOp,
  aspectRatioOp,
  trimOp,
  topLeftOp,
  bottomRightOp,
  centerXOp,
  centerYOp,
  fitEnlargeOp,
  marginOp,
  backgroundOp,
  backdropOp,
  backdropBlurOp,
  backdropOpacityOp,
  backdropColorizeOp,
  backdropGravityOp,
  flipOp,
  rotateOp,
  filterListOp,
  ...filterOps,
  radiusOp,
  ...watermarkOps,
  qualityOp,
  qualityWebpOp,
  qualityPngOp,
  optipressOp,
  forceFormatOp,
  downloadOp,
  cacheSecondsOp,
  infoOp,
];
