import type { FilterOptions } from "./options.ts";
import type { Filter } from "./plan.ts";

/**
 * The filters that do something, in the one order in which Freshet applies them, whatever the order in the URL: light,
 * then color, then layers of color, then sharpness. Cloudimage does not document an order.
 *
 * @see reference/cloudimage.md section 4
 */
export function makeFilters(options: FilterOptions): Filter[] {
  const { bright, contrast, saturate, duotone, colorize, blur, pixelate, sharp } = options;
  const filters: Filter[] = [];
  if (bright !== 0) filters.push({ kind: "bright", offset: bright });
  if (contrast !== 0) filters.push({ kind: "contrast", percent: contrast });
  if (saturate !== 0) filters.push({ kind: "saturate", percent: saturate });
  if (options.grey) filters.push({ kind: "grey" });
  if (options.sepia) filters.push({ kind: "sepia" });
  if (duotone !== null) filters.push({ kind: "duotone", dark: duotone.dark, light: duotone.light });
  if (options.invert) filters.push({ kind: "invert" });
  if (colorize !== null && colorize.opacity > 0) filters.push({ kind: "colorize", ...colorize });
  if (blur > 0) filters.push({ kind: "blur", sigma: blur });
  // A block of one pixel is the pixel.
  if (pixelate > 1) filters.push({ kind: "pixelate", block: pixelate });
  if (sharp > 0) filters.push({ kind: "sharp", amount: sharp });
  return filters;
}
