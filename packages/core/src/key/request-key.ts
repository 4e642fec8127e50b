import type { ParsedRequest } from "../request/parse-request.ts";
import { canonicalPlan } from "./canonical.ts";

/** Identity of one transformed URL, whatever its spelling: what a purge with scope `urls` names. */
export function requestKey({
  origin,
  version,
  plan,
}: Pick<ParsedRequest, "origin" | "version" | "plan">): string {
  return `${origin.key}\n${version}\n${canonicalPlan(plan)}`;
}
