import type { PageClock } from "./page-clock.ts";

/** A clock for tests that moves only when it is told to. */
export interface ManualClock extends PageClock {
  /** Lets time pass, timer by timer, and gives the promises behind each one the turn they need. */
  advance(ms: number): Promise<void>;
}

export function createManualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();

  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        timers.delete(next);
        nowMs = next.atMs;
        next.run();
        await settled();
      }
      nowMs = endMs;
      await settled();
    },
  };
}

/** After one turn of the event loop every promise that could be settled is. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
