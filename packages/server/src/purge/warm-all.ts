import { FreshetError, type Question, type TokenSettings, type Warmed } from "@freshet/core";
import type { LiveSettings } from "../live-settings.ts";
import type { Warm } from "../render/warm.ts";

/** Pictures that one question has under way at once: fetching takes longer than making, which has bounds of its own. */
const atOnce = 4;

/**
 * Has a list of pictures ready, each as its URL says now; one that fails holds up none of the others.
 * @param report told of errors of our own
 */
export function createWarmAll(deps: {
  readonly warm: Warm;
  settings(): Pick<LiveSettings, "tokens" | "understand">;
  /** Monotonic, ms. */
  now(): number;
  report(error: unknown): void;
}) {
  const { warm, settings, now, report } = deps;

  async function warmOne(url: string, token: TokenSettings, accept: string): Promise<Warmed> {
    try {
      const state = await warm(settings().understand(url, token), accept);
      return { url, state, reason: "" };
    } catch (error) {
      if (!(error instanceof FreshetError)) report(error);
      const reason = error instanceof FreshetError ? error.detail : "the error was written to the node's log";
      return { url, state: "failed", reason };
    }
  }

  return async (question: Extract<Question, { kind: "warm" }>): Promise<readonly Warmed[]> => {
    const { urls, accept, withinMs } = question;
    const token = settings().tokens.byName(question.token);
    const endMs = now() + withinMs;
    const failed = (url: string, reason: string): Warmed => ({ url, state: "failed", reason });
    if (!token) return urls.map((url) => failed(url, "this node does not know the token"));
    const results: Warmed[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < urls.length; at = next++) {
        const url = urls[at] as string;
        results[at] =
          now() < endMs ? await warmOne(url, token, accept) : failed(url, "there was no time for it");
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return results;
  };
}
