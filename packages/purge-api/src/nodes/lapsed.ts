import type { Clock } from "@freshet/core";
import type { HolderStore, Member } from "./membership.ts";

/** Lapsed processes that are kept on record: those that lapsed last. A deployment that never reuses names leaves many. */
const maxLapsed = 100;

/** Notes which processes are gone: after a restart nobody has to wait for them. */
export function createLapsed(
  clock: Clock,
  store: Pick<HolderStore, "lapse">,
  forget: (member: Member) => void,
) {
  /** A node that serves without a lease is never forgotten by itself. */
  function forgetSurplus(members: ReadonlyMap<string, Member>): void {
    const lapsed = [...members.values()].filter(
      ({ lapsedAt, fence }) => lapsedAt !== null && fence !== "serve",
    );
    const oldestFirst = lapsed.sort((a, b) => Number(a.lapsedAt) - Number(b.lapsedAt));
    for (const member of oldestFirst.slice(0, -maxLapsed)) forget(member);
  }

  return {
    note(members: ReadonlyMap<string, Member>): void {
      for (const member of members.values()) {
        const isGone = member.session === null && member.leaseUntilMs <= clock.monotonicMs();
        if (!isGone || member.lapsedAt !== null) continue;
        // Wall time has fractions, a column of the record has none.
        member.lapsedAt = Math.round(clock.wallMs());
        store.lapse(member.boot, member.lapsedAt);
        forgetSurplus(members);
      }
    },
  };
}
