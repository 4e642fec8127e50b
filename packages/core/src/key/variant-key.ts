import type { Negotiated } from "../plan/negotiate.ts";
import type { Plan } from "../plan/plan.ts";
import { decideQualities } from "../plan/qualities.ts";
import { canonicalPlan } from "./canonical.ts";
import type { HashText } from "./hash.ts";
import { pipelineVersion } from "./pipeline-version.ts";

/**
 * Name of a variant: 32 hex digits of a hash over everything that decides its bytes. It is immutable by construction:
 * other input bytes, another plan, another format or another pipeline is another variant.
 *
 * @param contents content hashes of every input image, the original first
 */
export function variantKey(
  contents: readonly string[],
  plan: Plan,
  output: Negotiated,
  hash: HashText,
): string {
  const format = output.orSmallerJpeg ? `${output.format}|jpeg` : output.format;
  // The wish for formats has become one format: variants must not differ by what else was acceptable.
  const decided = { ...plan, ...decideQualities(plan, output), formats: [] };
  const parts = [pipelineVersion, contents.join(","), canonicalPlan(decided), format];
  return hash(parts.join("\n")).slice(0, 32);
}
