import type { Filter, FilterKind } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { blur } from "./filters/blur.ts";
import { bright } from "./filters/bright.ts";
import { applyColorMap, type ColorMap, fuseColorMaps } from "./filters/color-map.ts";
import { colorize } from "./filters/colorize.ts";
import { contrast } from "./filters/contrast.ts";
import { duotone } from "./filters/duotone.ts";
import { grey } from "./filters/grey.ts";
import { invert } from "./filters/invert.ts";
import { pixelate } from "./filters/pixelate.ts";
import { saturate } from "./filters/saturate.ts";
import { sepia } from "./filters/sepia.ts";
import { sharpen } from "./filters/sharpen.ts";

type Params<Kind extends FilterKind> = Extract<Filter, { kind: Kind }>;

/** A change of color that is a map, or work that sees more than one pixel at a time. */
type Step<Kind extends FilterKind> =
  | { readonly color: (filter: Params<Kind>) => ColorMap }
  | { readonly work: (pixels: Pixels, filter: Params<Kind>) => Promise<Pixels> };

const steps = {
  bright: { color: bright },
  contrast: { color: contrast },
  saturate: { color: saturate },
  colorize: { color: colorize },
  grey: { color: grey },
  duotone: { color: duotone },
  sepia: { color: sepia },
  invert: { color: invert },
  blur: { work: blur },
  pixelate: { work: pixelate },
  sharp: { work: sharpen },
} satisfies { readonly [Kind in FilterKind]: Step<Kind> };

/** Applies the filters one after the other; changes of color that are one map together take one pass. */
export async function applyFilters(pixels: Pixels, filters: readonly Filter[]): Promise<Pixels> {
  let result = pixels;
  let pending: ColorMap | null = null;
  for (const filter of filters) {
    const step = steps[filter.kind] as Step<FilterKind>;
    if ("color" in step) {
      const map = step.color(filter);
      const fused: ColorMap | null = pending && fuseColorMaps(pending, map);
      if (pending && !fused) result = await applyColorMap(result, pending);
      pending = fused ?? map;
    } else {
      if (pending) result = await applyColorMap(result, pending);
      pending = null;
      result = await step.work(result, filter);
    }
  }
  return pending ? applyColorMap(result, pending) : result;
}
