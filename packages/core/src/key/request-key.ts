import type { ParsedRequest } from "../request/parse-request.ts";
import { canonicalPlan } from "./canonical.ts";

/** What the identity of a transformed URL is made of. */
export type KeyedRequest = Pick<ParsedRequest, "origin" | "version" | "plan"> &
  Partial<Pick<ParsedRequest, "watermarks" | "delivery">>;

/**
 * Identity of one transformed URL, whatever its spelling: what a purge with scope `urls` names. One line each for the
 * original, the version, the plan, and the original of every watermark that the plan counts. An original that is passed
 * on as it is has `proxy` for a plan, which no plan is called.
 *
 * How the answer is handed over (`force_download`, `ci_cache`, `ci_info`) is left out: it is the same picture, so a purge
 * of one must reach them all.
 */
export function requestKey({ origin, version, plan, watermarks = [], delivery }: KeyedRequest): string {
  const picture = delivery?.kind === "proxy" ? "proxy" : canonicalPlan(plan);
  const key = `${origin.key}\n${escapeLines(version)}\n${picture}`;
  return watermarks.length === 0 ? key : [key, ...watermarks.map((mark) => mark.key)].join("\n");
}

/** A version is any text: a line break in it must not look like the next line. */
function escapeLines(version: string): string {
  return version === "" ? version : version.replaceAll("%", "%25").replaceAll("\n", "%0A");
}
