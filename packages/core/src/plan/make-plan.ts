import { limits } from "../limits.ts";
import type { Options } from "./options.ts";
import type { Plan, Resize } from "./plan.ts";

/**
 * Reconciles what the single parameters ask for, and drops what has no effect, so that different spellings of one wish
 * become the same plan.
 *
 * @see reference/cloudimage.md sections 3.1 to 3.14, row 10 of section 17
 */
export function makePlan(options: Options): Plan {
  const resize = makeResize(options);
  return {
    resize,
    neverEnlarge: options.neverEnlarge && resize.kind !== "none" && resize.kind !== "fit",
    background: options.background,
    quality: options.quality,
    formats: options.formats,
  };
}

function makeResize({ width, height, func, gravity, dpr }: Options): Resize {
  if (width !== null && height !== null) {
    const box = { width: devicePixels(width, dpr), height: devicePixels(height, dpr) };
    const kind = func ?? "crop";
    return kind === "crop" || kind === "fit" || kind === "cropfit"
      ? { kind, ...box, gravity }
      : { kind, ...box };
  }
  if (width !== null) return { kind: "width", width: devicePixels(width, dpr) };
  if (height !== null) return { kind: "height", height: devicePixels(height, dpr) };
  return { kind: "none" };
}

function devicePixels(size: number, dpr: number): number {
  return Math.min(limits.outputSide, Math.max(1, Math.round(size * dpr)));
}
