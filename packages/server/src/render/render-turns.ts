import type { Negotiated } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import { createTurns, type Turns } from "../turns/turns.ts";

/** `avif`: what takes ten times as long; `later`: what nobody waits for. */
export type RenderKind = "now" | "avif" | "later";

export type RenderTurns = Turns<RenderKind>;

/**
 * Turns for making pictures. AVIF leaves half of the places to others, warm-up all but one of two, and both have lines of
 * their own: a page that nobody has seen yet is answered while they are at it.
 *
 * @param renders pictures that are made at once
 * @param hasRoom whether there is memory for one more than are running
 */
export function createRenderTurns(renders: number, hasRoom?: (running: number) => boolean): RenderTurns {
  const { waitingRenders, waitingAvifs, waitMs } = serverLimits;
  return createTurns<RenderKind>({
    running: renders,
    kinds: {
      now: { running: renders, waiting: waitingRenders },
      avif: { running: Math.max(1, Math.floor(renders / 2)), waiting: waitingAvifs },
      later: { running: Math.max(1, renders - 2), waiting: waitingRenders, isLast: true },
    },
    waitMs,
    what: "pictures",
    ...(hasRoom && { hasRoom }),
  });
}

export function kindOf({ format }: Negotiated): RenderKind {
  return format === "avif" ? "avif" : "now";
}
