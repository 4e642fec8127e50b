import type { Turns } from "../turns/turns.ts";
import type { FetchOriginal } from "./fetch-original.ts";
import { partyOf } from "./party-of.ts";
import type { RestingOrigins } from "./resting-origins.ts";

export type FetchTurns = Turns<"fetch">;

/** Fetches when its turn has come, and not at all while the origin rests: neither is worth waiting in line for. */
export function fetchInTurn(
  fetchOriginal: FetchOriginal,
  { fetchTurns, resting }: { readonly fetchTurns: FetchTurns; readonly resting: RestingOrigins },
): FetchOriginal {
  return async (asked, known) => {
    const { origin, settings } = asked;
    const party = partyOf({ token: settings.name, origin });
    resting.refuse(party.origin);
    return fetchTurns.run({ ...party, kind: "fetch" }, () =>
      resting.attempt(party.origin, origin.key, () => fetchOriginal(asked, known)),
    );
  };
}
