import type { AutoFormat } from "./formats.ts";
import { makeFilters } from "./make-filters.ts";
import { makeFormats } from "./make-formats.ts";
import { makeQualities } from "./make-qualities.ts";
import { makeRectangle } from "./make-rectangle.ts";
import { makeResize } from "./make-resize.ts";
import { makeTurn } from "./make-turn.ts";
import { defaultOptions, type Options } from "./options.ts";
import type { Backdrop, Fidelity, Plan, Radius, Resize, Watermark } from "./plan.ts";

/** What a plan depends on beside the parameters that stand in `Options`. */
export interface PlanContext {
  readonly watermarks: readonly Watermark[];
  /** Formats that the token prefers where the URL names none. */
  readonly autoFormats: readonly AutoFormat[];
  /** Quality that the token prefers where the URL says none. */
  readonly quality: number | null;
  /** The token wants color profiles kept. */
  readonly keepProfiles: boolean;
  readonly fidelity: Fidelity;
}

/**
 * Reconciles what the single parameters ask for, and drops what has no effect, so that different spellings of one wish
 * become the same plan.
 *
 * @see reference/cloudimage.md sections 3 to 6 and 17
 */
export function makePlan(options: Options, context: PlanContext): Plan {
  const rectangle = makeRectangle(options);
  const trim = options.trim === 0 ? null : options.trim;
  const resize = makeResize(options, { trim: trim !== null, rectangle: rectangle !== null });
  const { flip, rotate } = makeTurn(options.flip, options.rotate);
  const { quality, webpQuality, pngQuality } = makeQualities(options, context.quality);
  return {
    profile: context.keepProfiles ? "keep" : "srgb",
    fidelity: context.fidelity,
    trim,
    rectangle,
    resize,
    neverEnlarge: options.neverEnlarge && couldEnlarge(resize),
    backdrop: makeBackdrop(options, resize),
    background: options.background,
    flip,
    rotate,
    filters: makeFilters(options),
    radius: makeRadius(options.radius),
    watermarks: context.watermarks,
    quality,
    webpQuality,
    pngQuality,
    optipress: makeOptipress(options),
    formats: makeFormats(options.formats, context.autoFormats),
  };
}

/** The plan that changes nothing. */
export const plainPlan: Plan = makePlan(defaultOptions, {
  watermarks: [],
  autoFormats: [],
  quality: null,
  keepProfiles: false,
  fidelity: "full",
});

/** A fit says for itself whether it enlarges; what is cut by a cropfit is never smaller than its box. */
function couldEnlarge(resize: Resize): boolean {
  if (resize.kind === "aspect") return resize.width !== null || resize.height !== null;
  return resize.kind !== "none" && resize.kind !== "fit" && resize.kind !== "cropfit";
}

function makeBackdrop(options: Options, { kind }: Resize): Backdrop | null {
  const isPadded = kind === "fit" || kind === "cropfit";
  if (!options.backdrop || !isPadded || options.backdropOpacity === 0) return null;
  return {
    blur: options.backdropBlur,
    opacity: options.backdropOpacity,
    colorize: options.backdropColor,
    gravity: options.backdropGravity,
  };
}

function makeRadius(radius: Radius | null): Radius | null {
  const isRound = radius !== null && Object.values(radius).some((corner) => corner !== 0);
  return isRound ? radius : null;
}

/** `q` wins (row 18 of section 17). */
function makeOptipress({ quality, optipress }: Options): Plan["optipress"] {
  return quality === null && (optipress === 1 || optipress === 2 || optipress === 3) ? optipress : null;
}
