import { limits } from "../limits.ts";
import { type Cuts, cropfitGravity, cropGravity, fitGravity } from "./make-gravity.ts";
import type { Options } from "./options.ts";
import type { Func, Gravity, Resize } from "./plan.ts";

/**
 * The size that is wanted, in device pixels.
 * @see reference/cloudimage.md sections 3.1 to 3.14, row 10 of section 17
 */
export function makeResize(options: Options, cuts: Cuts): Resize {
  const { aspect, func } = options;
  // `face` looks for a face, else for what draws the eye; `facehide` without faces is a plain crop (section 3.7, 3.8).
  const gravity = options.gravity ?? (func === "face" ? "auto" : "center");
  const kind: Func =
    func === null || func === "face" || func === "facehide" || func === "proxy" ? "crop" : func;
  const width = options.width === null ? null : devicePixels(options.width, options.dpr);
  const height = options.height === null ? null : devicePixels(options.height, options.dpr);
  if (width !== null && height !== null) return boxed(kind, width, height, gravity, cuts, options);
  if (aspect === null) return alongOneSide(width, height);
  const ratio = aspect.min === aspect.max ? aspect.min : null;
  if (ratio !== null && width !== null)
    return boxed(kind, width, atLeastOne(width / ratio), gravity, cuts, options);
  if (ratio !== null && height !== null)
    return boxed(kind, atLeastOne(height * ratio), height, gravity, cuts, options);
  return { kind: "aspect", width, height, aspect, gravity: cropGravity(gravity, cuts) };
}

function boxed(
  kind: Func,
  width: number,
  height: number,
  gravity: Gravity,
  cuts: Cuts,
  { fitEnlarge, neverEnlarge, margin }: Options,
): Resize {
  if (kind === "crop") return { kind, width, height, gravity: cropGravity(gravity, cuts) };
  if (kind !== "fit" && kind !== "cropfit") return { kind, width, height };
  const placed = kind === "fit" ? fitGravity(gravity, cuts) : cropfitGravity(gravity, cuts);
  return { kind, width, height, gravity: placed, enlarge: fitEnlarge && !neverEnlarge, margin };
}

function alongOneSide(width: number | null, height: number | null): Resize {
  if (width !== null) return { kind: "width", width };
  return height === null ? { kind: "none" } : { kind: "height", height };
}

function devicePixels(size: number, dpr: number): number {
  return Math.min(limits.outputSide, atLeastOne(size * dpr));
}

function atLeastOne(size: number): number {
  return Math.max(1, Math.round(size));
}
