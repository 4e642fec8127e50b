import type { Clock } from "@freshet/core";

/** A clock that stands still until it is told to go on. Its moments have fractions, as the machine's have. */
export function fakeClock(): Clock & { advance(ms: number): void } {
  let nowMs = 1_000;
  return {
    monotonicMs: () => nowMs,
    wallMs: () => 1_700_000_000_000.25 + nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}
