import { type Clock, FreshetError } from "@freshet/core";
import { serverLimits } from "./limits.ts";

/** Why something was refused, and what else is to be known when it is asked for again. */
export interface Refusal<About> {
  readonly error: FreshetError;
  readonly about: About;
}

/**
 * Remembers for a short while what could not be read, so that nobody has the same file fetched and decoded in vain again
 * and again. What depends on the outside (origin, load) is not remembered.
 */
export interface Refusals<About> {
  find(key: string): Refusal<About> | null;
  /** Remembers the error if it is one that says something about the file. */
  note(key: string, error: unknown, about: About): void;
}

/** @param clock monotonic ms */
export function createRefusals<About>(clock: Pick<Clock, "monotonicMs">): Refusals<About> {
  /** Oldest first. */
  const remembered = new Map<string, Refusal<About> & { readonly untilMs: number }>();
  return {
    find(key) {
      const found = remembered.get(key);
      if (!found) return null;
      if (found.untilMs > clock.monotonicMs()) return found;
      remembered.delete(key);
      return null;
    },
    note(key, error, about) {
      if (!(error instanceof FreshetError) || !isAboutFile(error)) return;
      remembered.delete(key);
      remembered.set(key, { error, about, untilMs: clock.monotonicMs() + serverLimits.refusalMs });
      if (remembered.size > serverLimits.rememberedRefusals)
        remembered.delete(remembered.keys().next().value as string);
    },
  };
}

function isAboutFile({ code }: FreshetError): boolean {
  return code === "not_an_image" || code === "image_broken" || code === "original_too_large";
}
