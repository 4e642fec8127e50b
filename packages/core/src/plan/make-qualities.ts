import type { Options } from "./options.ts";
import type { Plan } from "./plan.ts";

/**
 * The qualities that decide something. A wish of `optipress` counts more than the token's quality, which is meant for
 * lossy formats: PNG stays lossless unless the URL says otherwise.
 *
 * @param preferred the token's, where the URL says none
 */
export function makeQualities(
  { quality, webpQuality, pngQuality, optipress }: Options,
  preferred: number | null,
): Pick<Plan, "quality" | "webpQuality" | "pngQuality"> {
  const general = quality ?? (optipress === 0 ? preferred : null);
  const png = pngQuality ?? (quality === null ? "lossless" : quality);
  return {
    quality: general,
    webpQuality: webpQuality === general ? null : webpQuality,
    pngQuality: png === (general ?? "lossless") ? null : png,
  };
}
