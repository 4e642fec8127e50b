import type { Question, Rewarmed, Warmed } from "@freshet/core";
import { createBudget } from "../budget.ts";
import type { Demand } from "../demand/demand.ts";
import { mostWanted } from "./most-wanted.ts";
import type { WarmAll } from "./warm-all.ts";

/** Of the time for all of it, what finding out which pictures are meant may take. */
const shareOfSearch = 0.2;

/**
 * Makes again what is asked for most of what was purged, below everything that somebody waits for. It is asked when the
 * purge has taken effect here, so each picture is made of what its origin gives now. What is not ready in time is still
 * being made when the answer is given.
 */
export function createRewarm(deps: {
  readonly demand: Pick<Demand, "pictures">;
  readonly warmAll: WarmAll;
  /** Monotonic, ms. */
  now(): number;
}) {
  const { demand, warmAll, now } = deps;
  return async (question: Extract<Question, { kind: "rewarm" }>): Promise<Rewarmed> => {
    const { targets, count, withinMs } = question;
    const beganMs = now();
    const token = targets[0]?.token ?? "";
    const goOn = createBudget(now, withinMs * shareOfSearch);
    const wanted = await mostWanted(demand.pictures(), targets, count, goOn);
    const pictures = wanted.map(({ url, accept }) => ({ url, accept }));
    const leftMs = Math.max(0, Math.floor(withinMs - (now() - beganMs)));
    const results = await warmAll({ token, pictures, withinMs: leftMs, isCutOff: true });
    return { pictures: results satisfies readonly Warmed[], durationMs: Math.round(now() - beganMs) };
  };
}
