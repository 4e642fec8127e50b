import { FreshetError, type TokenSettings, type Warmed } from "@freshet/core";
import type { LiveSettings } from "../live-settings.ts";
import type { Warm } from "../render/warm.ts";

/** Pictures that one order has under way at once: fetching takes longer than making, which has bounds of its own. */
const atOnce = 4;

export interface WarmOrder {
  readonly token: string;
  /** Each with what it will be asked for with. */
  readonly pictures: readonly { readonly url: string; readonly accept: string | null }[];
  /** What has not begun by then is not begun any more. */
  readonly withinMs: number;
  /** What is under way by then is not waited for either. */
  readonly isCutOff: boolean;
}

/** @returns one for each picture, in their order */
export type WarmAll = (order: WarmOrder) => Promise<readonly Warmed[]>;

/**
 * Has a list of pictures ready, each as its URL says now; one that fails holds up none of the others.
 * @param report told of errors of our own
 */
export function createWarmAll(deps: {
  readonly warm: Warm;
  settings(): Pick<LiveSettings, "tokens" | "understand">;
  /** Monotonic, ms. */
  now(): number;
  sleep(ms: number): Promise<void>;
  report(error: unknown): void;
}): WarmAll {
  const { warm, settings, now, sleep, report } = deps;

  async function warmOne(url: string, token: TokenSettings, accept: string | null): Promise<Warmed> {
    try {
      const state = await warm(settings().understand(url, token), accept);
      return { url, state, reason: "" };
    } catch (error) {
      if (!(error instanceof FreshetError)) report(error);
      const reason = error instanceof FreshetError ? error.detail : "the error was written to the node's log";
      return failed(url, reason);
    }
  }

  return async ({ pictures, withinMs, isCutOff, ...order }) => {
    const token = settings().tokens.byName(order.token);
    const endMs = now() + withinMs;
    if (!token) return pictures.map(({ url }) => failed(url, "this node does not know the token"));
    const results: Warmed[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < pictures.length; at = next++) {
        const { url, accept } = pictures[at] as WarmOrder["pictures"][number];
        if (now() >= endMs) return;
        results[at] = await warmOne(url, token, accept);
      }
    };
    const all = Promise.all(Array.from({ length: atOnce }, work));
    await (isCutOff ? Promise.race([all, sleep(withinMs)]) : all);
    return pictures.map(({ url }, at) => results[at] ?? failed(url, "there was no time for it"));
  };
}

function failed(url: string, reason: string): Warmed {
  return { url, state: "failed", reason };
}
