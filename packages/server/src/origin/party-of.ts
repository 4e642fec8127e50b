import type { Party } from "../turns/fair-line.ts";
import type { OriginalRequest } from "./resolve.ts";

/** Whose turn a request takes: fetching and rendering are shared out by token, and by where originals come from. */
export function partyOf({ token, origin }: Pick<OriginalRequest, "token" | "origin">): Party {
  const { protocol, host } = new URL(origin.urls[0] as string);
  return { token, origin: `${protocol}//${host}` };
}
