import type { Clock } from "@freshet/core";

/** A clock that stands still until it is told to go on. */
export function fakeClock(): Clock & { advance(ms: number): void } {
  let nowMs = 1_000;
  return {
    monotonicMs: () => nowMs,
    wallMs: () => 1_700_000_000_000 + nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}
