import { limits } from "@freshet/core";
import type { Order } from "./api.ts";
import { count } from "./job-words.ts";
import type { Preview } from "./preview.ts";
import type { State } from "./state.ts";

/** What Invalidate would send, or why it cannot be pressed yet. */
export type Readiness = { readonly order: Order } | { readonly reason: string };

/** @param preview `null` while there is no token to read lines with, and for scope `all` */
export function readiness(state: State, preview: Preview | null): Readiness {
  const { access, scope, isV6, confirmed, sending } = state;
  if (access.kind === "checking") return { reason: "The key is being checked." };
  if (access.kind !== "accepted") return { reason: "Enter your client key first." };
  if (sending) return { reason: "Sending." };
  if (needsConfirmation(state, preview) && !confirmed)
    return { reason: "Tick the box to say that everything is meant." };
  if (scope === "all") return { order: { scope } };
  if (!preview || preview.entries.length === 0) return { reason: "Paste at least one address." };
  if (preview.urls.length === 0) return { reason: "No line can be read: the preview says why." };

  const { urls } = preview;
  if (urls.length > limits.purgePaths) {
    const most = count(limits.purgePaths, "address", "addresses");
    return { reason: `One invalidation takes ${most}: these are ${urls.length.toLocaleString("en-US")}.` };
  }
  const order: Order = isV6 ? { scope, urls, api: "v6" } : { scope, urls };
  const isTooLong = new Blob([JSON.stringify(order)]).size > limits.purgeBodyBytes;
  return isTooLong
    ? { reason: "These addresses are too long for one invalidation: send them in parts." }
    : { order };
}

/** Scope `all`, and a line such as `/*`, which means the same. */
export function needsConfirmation({ scope }: State, preview: Preview | null): boolean {
  return scope === "all" || preview?.meansAll === true;
}
