import { FreshetError } from "../errors.ts";
import { canonicalPlan } from "../key/canonical.ts";
import { plainPlan } from "../plan/make-plan.ts";
import type { Options } from "../plan/options.ts";
import type { Plan } from "../plan/plan.ts";
import type { OriginRef } from "./origin-key.ts";

/** What of a parsed request is asked of one that stands inside another. */
interface InnerRequest {
  readonly origin: OriginRef;
  readonly plan: Plan;
  readonly version: string;
}

/**
 * The original of a URL of ours that stands in a URL of ours: v6's clients nested them. Fetching it from ourselves would
 * make an original of a finished picture, which no purge of the true original reaches. So it must be one that only
 * scales, and nothing may count in its pixels: then the original itself gives the same picture, and a better one.
 *
 * @param outer what the URL around it asks for
 * @throws FreshetError `origin_refused`
 * @see reference/cloudimage.md section 14, "Nested use occurs"
 */
export function unwrapOwn(inner: InnerRequest, outer: Options, host: string): OriginRef {
  const isScaled = canonicalPlan(withoutScale(inner.plan)) === plainText && inner.version === "";
  if (isScaled && !countsPixels(outer)) return inner.origin;
  throw new FreshetError(
    "origin_refused",
    `${host} is this server itself: name the original, with all its parameters in one URL`,
  );
}

const plainText = canonicalPlan(plainPlan);
const scales: ReadonlySet<string> = new Set(["none", "width", "height", "bound", "boundmin"]);

/** Quality and format are those of the picture that is delivered. */
function withoutScale(plan: Plan): Plan {
  return {
    ...plan,
    resize: scales.has(plan.resize.kind) ? plainPlan.resize : plan.resize,
    neverEnlarge: false,
    quality: null,
    webpQuality: null,
    pngQuality: null,
    optipress: null,
    profile: plainPlan.profile,
    fidelity: plainPlan.fidelity,
    formats: [],
  };
}

function countsPixels({ topLeft, bottomRight, centerX, centerY, gravity }: Options): boolean {
  const isPoint = typeof gravity === "object" && gravity !== null && gravity.unit === "px";
  return isPoint || [topLeft, bottomRight, centerX, centerY].some((given) => given !== null);
}
