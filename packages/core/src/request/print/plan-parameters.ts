import { limits } from "../../limits.ts";
import type { FormatWish } from "../../plan/formats.ts";
import { needsAccept } from "../../plan/formats.ts";
import { makeTurn } from "../../plan/make-turn.ts";
import type { Backdrop, Plan, Point, Radius, Rectangle } from "../../plan/plan.ts";
import { filterParameter } from "./filter-parameter.ts";
import { nothing, type Parameters, parameter } from "./parameters.ts";
import { resizeParameters } from "./resize-parameters.ts";
import { type RuledMarks, watermarkParameters } from "./watermark-parameters.ts";

/** What counts beside the parameters of a URL, and must be unsaid where the plan is otherwise. */
export interface PlanSurroundings {
  readonly ruled: RuledMarks;
  /** The token has formats that it prefers. */
  readonly hasAutoFormats: boolean;
  /** How the watermarks' originals are named; `null` for the token's own. */
  readonly addresses: readonly (string | null)[];
}

type Speller = (plan: Plan, around: PlanSurroundings) => Parameters;

/** How each member of a plan is said in v7: a plan that gets another one does not compile until it is said here. */
const spellers = {
  // The token's choices.
  profile: () => nothing,
  fidelity: () => nothing,
  trim: ({ trim }) => parameter("trim", trim),
  rectangle: ({ rectangle }, around) => rectangleParameters(rectangle, around),
  resize: ({ resize }) => resizeParameters(resize),
  neverEnlarge: ({ neverEnlarge }) => parameter("org_if_sml", neverEnlarge ? 1 : null),
  backdrop: ({ backdrop }) => backdropParameters(backdrop),
  background: ({ background }) => parameter("bg_color", background),
  flip: turnParameters,
  // With flip.
  rotate: () => nothing,
  filters: ({ filters }) => filters.map(filterParameter),
  radius: ({ radius }) => radiusParameters(radius),
  watermarks: ({ watermarks }, { addresses, ruled }) => watermarkParameters(watermarks, addresses, ruled),
  quality: ({ quality }) => parameter("q", quality),
  webpQuality: ({ webpQuality, quality }, { ruled }) =>
    parameter("q_webp", webpQuality ?? (ruled.options.webpQuality === undefined ? null : quality)),
  pngQuality: ({ pngQuality, quality }, { ruled }) =>
    parameter(
      "q_png",
      pngQuality ?? (ruled.options.pngQuality === undefined ? null : (quality ?? "lossless")),
    ),
  optipress: ({ optipress }) => parameter("optipress", optipress),
  formats: ({ formats }, around) => formatParameters(formats, around),
} satisfies { readonly [M in keyof Plan]: Speller };

/** A plan in parameters of v7, in no certain order. */
export function planParameters(plan: Plan, around: PlanSurroundings): Parameters {
  return Object.values<Speller>(spellers).flatMap((speller) => speller(plan, around));
}

/** A corner that a rule names is unsaid by the original's own; the other one, only by a rectangle without pixels. */
function rectangleParameters(rectangle: Rectangle | null, { ruled }: PlanSurroundings): Parameters {
  const { topLeft, bottomRight, centerX, centerY } = ruled.options;
  if (rectangle !== null) {
    const start = rectangle.topLeft ?? (topLeft === undefined ? null : { x: 0, y: 0 });
    return [...pointParameter("tl_px", start), ...pointParameter("br_px", rectangle.bottomRight)];
  }
  const far = limits.originSide;
  if (bottomRight !== undefined) return pointParameter("tl_px", { x: far, y: far });
  const isRuled = topLeft !== undefined || centerX !== undefined || centerY !== undefined;
  return pointParameter("tl_px", isRuled ? { x: 0, y: 0 } : null);
}

function pointParameter(name: string, point: Point | null): Parameters {
  return parameter(name, point && `${point.x},${point.y}`);
}

/** No value of `flip` says nothing: where a rule gives one, both axes and half a turn come to nothing. */
function turnParameters({ flip, rotate }: Plan, { ruled }: PlanSurroundings): Parameters {
  if (flip !== null || ruled.options.flip === undefined) {
    return [...parameter("flip", flip), ...parameter("r", rotate)];
  }
  const back = makeTurn("v", rotate ?? 0).rotate ?? 180;
  return [["flip", "hv"], ...parameter("r", back)];
}

function backdropParameters(backdrop: Backdrop | null): Parameters {
  if (backdrop === null) return nothing;
  const { blur, opacity, colorize, gravity } = backdrop;
  return [
    ["bg_img_fit", "1"],
    ...parameter("bg_blur", blur === 20 ? null : blur),
    ...parameter("bg_opacity", opacity === 1 ? null : opacity),
    ...parameter("bg_colorize", colorize),
    ...parameter("bg_gravity", gravity === "center" ? null : gravity),
  ];
}

function radiusParameters(radius: Radius | null): Parameters {
  if (radius === null) return nothing;
  const { topLeft, bottomLeft, bottomRight, topRight } = radius;
  const corners = [topLeft, bottomLeft, bottomRight, topRight];
  const isEven = corners.every((corner) => corner === topLeft);
  return parameter("radius", isEven ? topLeft : corners.join(","));
}

/** What a token prefers by itself is said by no wish; a lone wish says whether it gives way, a chain never does. */
function formatParameters(formats: readonly FormatWish[], { hasAutoFormats }: PlanSurroundings): Parameters {
  const [first] = formats;
  if (first === undefined) return parameter("force_format", hasAutoFormats ? "original" : null);
  if (formats.length > 1) {
    const isAutomatic = formats.some(({ strict }) => !strict);
    return isAutomatic ? nothing : parameter("force_format", formats.map(({ format }) => format).join(","));
  }
  return parameter(
    "force_format",
    first.strict && needsAccept.has(first.format) ? `_${first.format}` : first.format,
  );
}
