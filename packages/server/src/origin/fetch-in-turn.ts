import type { Turns } from "../turns/turns.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { partyOf } from "./party-of.ts";
import type { OriginalRequest } from "./resolve.ts";
import type { RestingOrigins } from "./resting-origins.ts";

export type FetchTurns = Turns<"fetch">;

/** Fetches an original, and does with it what is to be done, when its turn has come. */
export type InTurn = <T>(asked: OriginalRequest, work: () => Promise<T>) => Promise<T>;

/**
 * What keeps too much from being fetched at once. A turn lasts until an original is where it is kept: until then its bytes
 * are in memory. While the origin rests there is none: that is not worth waiting in line for.
 */
export function fetchInTurn(
  fetchOriginal: FetchOriginal,
  { fetchTurns, resting }: { readonly fetchTurns: FetchTurns; readonly resting: RestingOrigins },
): { readonly fetchOriginal: FetchOriginal; readonly inTurn: InTurn } {
  const party = ({ origin, settings }: Pick<OriginalRequest, "origin" | "settings">) =>
    partyOf({ token: settings.name, origin });
  return {
    fetchOriginal: (asked, known) =>
      resting.attempt(party(asked).origin, asked.origin.key, () => fetchOriginal(asked, known)),
    async inTurn(asked, work) {
      const wish = { ...party(asked), kind: "fetch" } as const;
      resting.refuse(wish.origin);
      return fetchTurns.run(wish, work);
    },
  };
}
