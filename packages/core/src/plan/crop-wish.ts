import { type Aim, cropAim } from "./placing.ts";
import type { AspectRange, Plan, Resize } from "./plan.ts";
import { isSameSize, ratios, type Size, scaleSize, withinLimits } from "./size.ts";
import type { Source } from "./source.ts";

/** What a layout is made from. */
export type LayoutPlan = Pick<Plan, "rectangle" | "resize" | "neverEnlarge" | "rotate">;

/** A cut that is to be made: the region becomes `scaled`, and of that only `window` stays. */
export interface CropWish {
  readonly window: Size;
  readonly scaled: Size;
  /** How much the region is enlarged. */
  readonly scale: number;
  readonly aim: Aim;
}

/**
 * The cut that a plan means for a region of the original; `null` if nothing is to be cut. Where the region has the
 * ratio of the box already, the window is all of `scaled`.
 */
export function cropWish(plan: LayoutPlan, region: Size, source: Source): CropWish | null {
  const { resize, neverEnlarge, rotate } = plan;
  const wanted = cropBox(resize, region);
  if (wanted === null) return null;
  const window = withinLimits(neverEnlarge ? coverable(wanted, region) : wanted, rotate);
  const scale = Math.max(...ratios(window, region));
  const scaled = atLeast(window, scaleSize(region, scale));
  return { window, scaled, scale, aim: "gravity" in resize ? cropAim(resize.gravity, source) : "center" };
}

/**
 * Whether a layout needs to know what draws the eye, which the server then looks for in {@link usedRegion}.
 * @returns the size of the crop window in pixels of the region; `null` if its place does not depend on the content
 */
export function focusNeeded(plan: LayoutPlan, region: Size, source: Source): Size | null {
  const wish = cropWish(plan, region, source);
  if (wish === null || wish.aim !== "auto" || isSameSize(wish.window, wish.scaled)) return null;
  const window = scaleSize(wish.window, 1 / wish.scale);
  const inside = {
    width: Math.min(region.width, window.width),
    height: Math.min(region.height, window.height),
  };
  return isSameSize(inside, region) ? null : inside;
}

/** The largest box of a ratio that a region covers, if that is smaller than the box. */
export function coverable(box: Size, region: Size): Size {
  return scaleSize(box, Math.min(1, ...ratios(region, box)));
}

function cropBox(resize: Resize, region: Size): Size | null {
  const { width, height } = region;
  switch (resize.kind) {
    case "crop":
      return resize;
    case "cropfit":
      return resize.width <= width && resize.height <= height ? resize : null;
    case "aspect": {
      const ratio = boundOutside(resize.aspect, width / height);
      if (ratio === null) return null;
      if (resize.width !== null) return sized(resize.width, resize.width / ratio);
      if (resize.height !== null) return sized(resize.height * ratio, resize.height);
      return width / height > ratio ? sized(height * ratio, height) : sized(width, width / ratio);
    }
    default:
      return null;
  }
}

/** The bound that a ratio lies beyond; `null` if it lies between both. */
function boundOutside({ min, max }: AspectRange, ratio: number): number | null {
  if (ratio < min) return min;
  return ratio > max ? max : null;
}

function sized(width: number, height: number): Size {
  return { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
}

/** Rounding may leave a scaled picture a pixel short of the box that it has to cover. */
function atLeast(box: Size, size: Size): Size {
  return { width: Math.max(box.width, size.width), height: Math.max(box.height, size.height) };
}
