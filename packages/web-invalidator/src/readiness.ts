import { limits } from "@freshet/core";
import type { Order } from "./order.ts";
import type { Preview } from "./preview.ts";
import type { State } from "./state.ts";

/**
 * What Invalidate would send, or why it cannot be pressed yet. `needs`: an order that reaches more than it names is
 * counted and confirmed first, and everything of a token by its name.
 */
export type Readiness =
  | { readonly order: Order; readonly needs: "nothing" | "yes" | "name" }
  | { readonly reason: string };

/** Pictures that each server makes again, if that is wished for: they count as addresses, and DONE waits for them. */
const rewarmed = 10;

/** @param preview `null` while there is no token to read lines with, and for scope `all` */
export function readiness(state: State, preview: Preview | null): Readiness {
  const { access, scope, isV6, mode, rewarm, sending, texts } = state;
  const { reasons } = texts;
  if (access.kind === "checking") return { reason: reasons.checking };
  if (access.kind !== "accepted") return { reason: reasons.key };
  if (sending) return { reason: reasons.sending };
  const said = { ...(mode !== null && { mode }), ...(rewarm && { rewarm: rewarmed }) };
  if (scope === "all") return { order: { scope, ...said }, needs: "name" };
  if (!preview || preview.entries.length === 0) return { reason: reasons.empty };
  if (preview.urls.length === 0) return { reason: reasons.unreadable };

  const { urls } = preview;
  if (urls.length > limits.purgePaths) return { reason: reasons.many(limits.purgePaths, urls.length) };
  const order: Order = { scope, urls, ...said, ...(isV6 && { api: "v6" as const }) };
  const isTooLong = new Blob([JSON.stringify(order)]).size > limits.purgeBodyBytes;
  if (isTooLong) return { reason: reasons.long };
  return { order, needs: preview.meansAll ? "name" : preview.hasFolders ? "yes" : "nothing" };
}
