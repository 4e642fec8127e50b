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
  const filters: (Filter | false)[] = [
    bright !== 0 && { kind: "bright", offset: bright },
    contrast !== 0 && { kind: "contrast", percent: contrast },
    saturate !== 0 && { kind: "saturate", percent: saturate },
    options.grey && { kind: "grey" },
    options.sepia && { kind: "sepia" },
    duotone !== null && { kind: "duotone", dark: duotone.dark, light: duotone.light },
    options.invert && { kind: "invert" },
    colorize !== null && colorize.opacity > 0 && { kind: "colorize", ...colorize },
    blur > 0 && { kind: "blur", sigma: blur },
    // A block of one pixel is the pixel.
    pixelate > 1 && { kind: "pixelate", block: pixelate },
    sharp > 0 && { kind: "sharp", amount: sharp },
  ];
  return filters.filter((filter) => filter !== false);
}
