import type { OutputFormat } from "./formats.ts";
import type { Negotiated } from "./negotiate.ts";
import type { Plan } from "./plan.ts";

type Qualities = Pick<Plan, "quality" | "webpQuality" | "pngQuality">;

/** The quality that a plan names for a format, 1 to 100; `null` = the format's own, which for PNG is lossless. */
export function qualityFor(plan: Qualities, format: OutputFormat): number | null {
  if (format === "webp") return plan.webpQuality ?? plan.quality;
  if (format !== "png") return plan.quality;
  return plan.pngQuality === "lossless" ? null : (plan.pngQuality ?? plan.quality);
}

/** A plan's qualities once the format is known: those of formats that are not written must not make variants of their own. */
export function decideQualities(plan: Qualities, { format, orSmallerJpeg }: Negotiated): Qualities {
  const decided = qualityFor(plan, format);
  if (!orSmallerJpeg) return { quality: decided, webpQuality: null, pngQuality: null };
  const { quality, webpQuality } = plan;
  return { quality, webpQuality: format === "webp" ? webpQuality : null, pngQuality: null };
}
