import { limits } from "../limits.ts";
import type { Compass, Resize } from "./plan.ts";

/** Whole pixels, each side at least 1. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** Cut `region` out of the original, scale that to `scaled`, cut `crop` out, lay it on `canvas`; `null` = nothing to do. */
export interface Layout {
  /** Only where scaling the whole original would need more memory than any output may. */
  readonly region: Box | null;
  readonly scaled: Size;
  readonly crop: Box | null;
  readonly canvas: { readonly size: Size; readonly left: number; readonly top: number } | null;
}

/** Size of what a layout makes. */
export function outputSize(layout: Layout): Size {
  const { scaled, crop, canvas } = layout;
  return canvas?.size ?? (crop ? { width: crop.width, height: crop.height } : scaled);
}

/**
 * What a wish for a size means for an original of a given size (after EXIF orientation). Pure arithmetic.
 *
 * Enlarging is the default, as at Cloudimage; `fit` never does, and `neverEnlarge` forbids it: then the box shrinks,
 * keeping its ratio, until the original covers it. No result exceeds {@link limits.outputSide} on a side or
 * {@link limits.outputPixels} in all; a larger one is made smaller, keeping its ratio.
 *
 * @see reference/cloudimage.md sections 3.1 to 3.3 and 3.9 to 3.13, rows 6 to 10 of section 17
 */
export function makeLayout(resize: Resize, neverEnlarge: boolean, source: Size): Layout {
  switch (resize.kind) {
    case "none":
      return scaleTo(source, 1);
    case "width":
      return scaleTo(source, cap(resize.width / source.width, neverEnlarge));
    case "height":
      return scaleTo(source, cap(resize.height / source.height, neverEnlarge));
    case "bound":
      return scaleTo(source, cap(Math.min(...ratios(resize, source)), neverEnlarge));
    case "boundmin":
      return scaleTo(source, cap(Math.max(...ratios(resize, source)), neverEnlarge));
    case "cover":
      return { ...unchanged, scaled: withinLimits(coverable(resize, neverEnlarge, source)) };
    case "crop":
      return crop(resize, resize.gravity, neverEnlarge, source);
    case "fit":
      return fit(resize, resize.gravity, source);
    case "cropfit":
      return resize.width <= source.width && resize.height <= source.height
        ? crop(resize, resize.gravity, neverEnlarge, source)
        : fit(resize, resize.gravity, source);
  }
}

const unchanged = { region: null, crop: null, canvas: null } as const;

function cap(scale: number, neverEnlarge: boolean): number {
  return neverEnlarge ? Math.min(1, scale) : scale;
}

function ratios(box: Size, source: Size): [number, number] {
  return [box.width / source.width, box.height / source.height];
}

function scaleTo(source: Size, scale: number): Layout {
  return { ...unchanged, scaled: withinLimits(scaleSize(source, scale)) };
}

function crop(wanted: Size, gravity: Compass, neverEnlarge: boolean, source: Size): Layout {
  const box = withinLimits(coverable(wanted, neverEnlarge, source));
  const scale = Math.max(...ratios(box, source));
  const scaled = atLeast(box, scaleSize(source, scale));
  if (sameSize(box, scaled)) return { ...unchanged, scaled };
  const cut = { ...box, ...place(box, scaled, gravity) };
  return scaled.width * scaled.height <= limits.outputPixels
    ? { ...unchanged, scaled, crop: cut }
    : cropEarly(cut, scale, source);
}

/** The same cut, with what is far outside of it dropped before scaling: a crop of a long strip must not fill memory. */
function cropEarly(cut: Box, scale: number, source: Size): Layout {
  const left = Math.min(source.width - 1, Math.floor(cut.left / scale));
  const top = Math.min(source.height - 1, Math.floor(cut.top / scale));
  const region = {
    left,
    top,
    width: Math.min(source.width - left, Math.ceil((cut.left + cut.width) / scale) - left),
    height: Math.min(source.height - top, Math.ceil((cut.top + cut.height) / scale) - top),
  };
  const scaled = atLeast(cut, scaleSize(region, scale));
  if (scaled.width * scaled.height > limits.outputPixels) {
    // So few pixels are made so large that a shift by less than one of them is all that is lost.
    return { region, scaled: { width: cut.width, height: cut.height }, crop: null, canvas: null };
  }
  const within = {
    width: cut.width,
    height: cut.height,
    left: clamp(Math.round(cut.left - left * scale), scaled.width - cut.width),
    top: clamp(Math.round(cut.top - top * scale), scaled.height - cut.height),
  };
  return { region, scaled, crop: sameSize(within, scaled) ? null : within, canvas: null };
}

function fit(wanted: Size, gravity: Compass, source: Size): Layout {
  const size = withinLimits(wanted);
  const scaled = scaleSize(source, Math.min(1, ...ratios(size, source)));
  const { left, top } = place(scaled, size, gravity);
  return { ...unchanged, scaled, canvas: sameSize(size, scaled) ? null : { size, left, top } };
}

/** The box itself, or, where nothing may be enlarged, the largest box of its ratio that the original covers. */
function coverable(box: Size, neverEnlarge: boolean, source: Size): Size {
  if (!neverEnlarge) return { width: box.width, height: box.height };
  return scaleSize(box, Math.min(1, source.width / box.width, source.height / box.height));
}

function withinLimits(size: Size): Size {
  const scale = Math.min(
    1,
    limits.outputSide / Math.max(size.width, size.height),
    Math.sqrt(limits.outputPixels / (size.width * size.height)),
  );
  return scale === 1
    ? { width: size.width, height: size.height }
    : {
        width: Math.max(1, Math.floor(size.width * scale)),
        height: Math.max(1, Math.floor(size.height * scale)),
      };
}

function scaleSize(size: Size, scale: number): Size {
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** Rounding may leave a scaled picture a pixel short of the box that it has to cover. */
function atLeast(box: Size, size: Size): Size {
  return { width: Math.max(box.width, size.width), height: Math.max(box.height, size.height) };
}

function clamp(offset: number, max: number): number {
  return Math.min(max, Math.max(0, offset));
}

function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Where the inner box lies in the outer one; a remainder of one pixel goes to the south and east. */
function place(inner: Size, outer: Size, gravity: Compass): { left: number; top: number } {
  const [horizontal, vertical] = shares[gravity];
  return {
    left: Math.floor((outer.width - inner.width) * horizontal),
    top: Math.floor((outer.height - inner.height) * vertical),
  };
}

const shares: Readonly<Record<Compass, readonly [number, number]>> = {
  northwest: [0, 0],
  north: [0.5, 0],
  northeast: [1, 0],
  west: [0, 0.5],
  center: [0.5, 0.5],
  east: [1, 0.5],
  southwest: [0, 1],
  south: [0.5, 1],
  southeast: [1, 1],
};
