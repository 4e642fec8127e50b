import type { Clock } from "@freshet/core";

/** When rows of the log took effect here, as far as soft purges among them may still let old pictures through. */
export interface SoftWindows {
  /** Rows up to here took effect now. */
  begin(seq: number): void;
  /** The last position whose window is over; never goes back but with another log. */
  endedUpTo(): number;
  /** Another log: its positions begin anew. */
  endAll(): void;
}

/** Positions that are told apart: beyond, neighbors end together, with the older of them. */
const maxWindows = 10_000;

/** The longer of two times counts, as with leases: a monotonic clock may stop while a machine sleeps. */
export function createSoftWindows(clock: Clock, windowMs: number): SoftWindows {
  let windows: { readonly seq: number; readonly monotonicMs: number; readonly wallMs: number }[] = [];
  let first = 0;
  let ended = 0;

  function isOver({ monotonicMs, wallMs }: { monotonicMs: number; wallMs: number }): boolean {
    return clock.monotonicMs() - monotonicMs >= windowMs || clock.wallMs() - wallMs >= windowMs;
  }

  return {
    begin(seq) {
      if (windowMs === 0) ended = seq;
      else windows.push({ seq, monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() });
      if (windows.length - first > maxWindows) ended = windows[first++]?.seq ?? ended;
    },
    endedUpTo() {
      for (let next = windows[first]; next && isOver(next); next = windows[first]) {
        ended = next.seq;
        first++;
      }
      if (first > maxWindows) {
        windows = windows.slice(first);
        first = 0;
      }
      return ended;
    },
    endAll() {
      windows = [];
      first = ended = 0;
    },
  };
}
