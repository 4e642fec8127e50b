import type { Clock } from "@freshet/core";

/** More than the two clocks may differ by rounding and scheduling: the wall clock was set. */
const steppedMs = 5;

/** The machine's clocks. Wall time has microseconds as long as it runs evenly with the monotonic clock. */
export function systemClock(): Clock {
  return {
    monotonicMs: () => performance.now(),
    wallMs() {
      const precise = performance.timeOrigin + performance.now();
      const coarse = Date.now();
      return Math.abs(precise - coarse) < steppedMs ? precise : coarse;
    },
  };
}
