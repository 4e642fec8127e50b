import { limits } from "../limits.ts";
import { type CropWish, coverable, cropWish, focusNeeded as focusIn, type LayoutPlan } from "./crop-wish.ts";
import { clampOffset, fitAim, place, placeWindow } from "./placing.ts";
import type { Margin, Resize } from "./plan.ts";
import { type Box, isSameSize, ratios, type Size, scaleSize, withinLimits } from "./size.ts";
import { type Source, usedRegion } from "./source.ts";

/** Cut `region` out of the original, scale that to `scaled`, cut `crop` out, lay it on `canvas`; `null` = nothing to do. */
export interface Layout {
  /**
   * In pixels of the upright original: what `trim` and a rectangle leave of it, and less than that where scaling all of
   * it would need more memory than any output may.
   */
  readonly region: Box | null;
  readonly scaled: Size;
  readonly crop: Box | null;
  readonly canvas: { readonly size: Size; readonly left: number; readonly top: number } | null;
}

/** Size of what a layout makes, before it is turned: see {@link rotatedSize}. */
export function outputSize(layout: Layout): Size {
  const { scaled, crop, canvas } = layout;
  return canvas?.size ?? (crop ? { width: crop.width, height: crop.height } : scaled);
}

/**
 * What a plan means for an original of a given size. Pure arithmetic.
 *
 * First `trim`, then the rectangle, then the size. Enlarging is the default, as at Cloudimage; `fit` only does it when
 * told to, and `neverEnlarge` forbids it: then the box shrinks, keeping its ratio, until the original covers it. No
 * result, turned or not, exceeds {@link limits.outputSide} on a side or {@link limits.outputPixels} in all; a larger
 * one is made smaller, keeping its ratio.
 *
 * @see reference/cloudimage.md sections 3.1 to 3.15, rows 6 to 10 of section 17
 */
export function makeLayout(plan: LayoutPlan, source: Source): Layout {
  const region = usedRegion(plan, source);
  const wish = cropWish(plan, region, source);
  const layout = wish ? crop(wish, region, source) : resizeWhole(plan, region, source);
  const cut = layout.region
    ? { ...layout.region, left: region.left + layout.region.left, top: region.top + layout.region.top }
    : region;
  return { ...layout, region: isSameSize(cut, source) ? null : cut };
}

/**
 * Whether the place of a plan's crop depends on what draws the eye.
 * @returns the size of the window that is kept, in pixels of {@link usedRegion}; `null` if the content decides nothing
 */
export function focusNeeded(plan: LayoutPlan, source: Omit<Source, "focus">): Size | null {
  const known = { ...source, focus: null };
  return focusIn(plan, usedRegion(plan, known), known);
}

const unchanged = { region: null, crop: null, canvas: null } as const;

/** Without a cut; a region of the result would be one of the region that is passed in. */
function resizeWhole(plan: LayoutPlan, region: Size, source: Source): Layout {
  const { resize, neverEnlarge, rotate } = plan;
  if (resize.kind === "fit" || resize.kind === "cropfit") return fit(resize, rotate, region, source);
  if (resize.kind === "cover") {
    const box = neverEnlarge ? coverable(resize, region) : resize;
    return { ...unchanged, scaled: withinLimits(box, rotate) };
  }
  const wanted = scaleFor(resize, region);
  const scale = neverEnlarge ? Math.min(1, wanted) : wanted;
  return { ...unchanged, scaled: withinLimits(scaleSize(region, scale), rotate) };
}

function scaleFor(resize: Resize, region: Size): number {
  switch (resize.kind) {
    case "bound":
      return Math.min(...ratios(resize, region));
    case "boundmin":
      return Math.max(...ratios(resize, region));
    case "width":
      return resize.width / region.width;
    case "height":
      return resize.height / region.height;
    case "aspect":
      if (resize.width !== null) return resize.width / region.width;
      return resize.height === null ? 1 : resize.height / region.height;
    default:
      return 1;
  }
}

function crop(wish: CropWish, region: Box, source: Source): Layout {
  const { window, scaled, scale, aim } = wish;
  if (isSameSize(window, scaled)) return { ...unchanged, scaled };
  const cut = { ...window, ...placeWindow(window, scaled, aim, region, source) };
  return scaled.width * scaled.height <= limits.outputPixels
    ? { ...unchanged, scaled, crop: cut }
    : cropEarly(cut, scale, region);
}

/** The same cut, with what is far outside of it dropped before scaling: a crop of a long strip must not fill memory. */
function cropEarly(cut: Box, scale: number, whole: Size): Layout {
  const left = Math.min(whole.width - 1, Math.floor(cut.left / scale));
  const top = Math.min(whole.height - 1, Math.floor(cut.top / scale));
  const region = {
    left,
    top,
    width: Math.min(whole.width - left, Math.ceil((cut.left + cut.width) / scale) - left),
    height: Math.min(whole.height - top, Math.ceil((cut.top + cut.height) / scale) - top),
  };
  const grown = scaleSize(region, scale);
  const scaled = {
    width: Math.max(cut.width, grown.width),
    height: Math.max(cut.height, grown.height),
  };
  if (scaled.width * scaled.height > limits.outputPixels) {
    // So few pixels are made so large that a shift by less than one of them is all that is lost.
    return { region, scaled: { width: cut.width, height: cut.height }, crop: null, canvas: null };
  }
  const within = {
    width: cut.width,
    height: cut.height,
    left: clampOffset(Math.round(cut.left - left * scale), scaled.width - cut.width),
    top: clampOffset(Math.round(cut.top - top * scale), scaled.height - cut.height),
  };
  return { region, scaled, crop: isSameSize(within, scaled) ? null : within, canvas: null };
}

type FitResize = Extract<Resize, { kind: "fit" | "cropfit" }>;

function fit(resize: FitResize, rotate: number | null, region: Size, source: Source): Layout {
  const size = withinLimits(resize, rotate);
  const inner = insideMargin(size, resize.margin, size.width / resize.width);
  const scale = Math.min(...ratios(inner, region), resize.enlarge ? Number.POSITIVE_INFINITY : 1);
  const scaled = scaleSize(region, scale);
  if (isSameSize(size, scaled)) return { ...unchanged, scaled };
  const { left, top } = place(scaled, inner, fitAim(resize.gravity, source));
  return { ...unchanged, scaled, canvas: { size, left: inner.left + left, top: inner.top + top } };
}

/** What margins leave of a canvas: at least a pixel, for which margins that are too wide give way in proportion. */
function insideMargin(size: Size, margin: Margin, scale: number): Box {
  const [left, width] = between(margin.left * scale, margin.right * scale, size.width);
  const [top, height] = between(margin.top * scale, margin.bottom * scale, size.height);
  return { left, top, width, height };
}

function between(before: number, after: number, length: number): [start: number, rest: number] {
  const share = Math.min(1, (length - 1) / Math.max(1, before + after));
  const start = Math.floor(before * share);
  return [start, Math.max(1, length - start - Math.floor(after * share))];
}
