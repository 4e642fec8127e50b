import type { Clock } from "../../packages/core/src/index.ts";

/** Time that passes only when the test says so. */
export function createTime() {
  let nowMs = 0;
  const sleepers: { readonly atMs: number; wake(): void }[] = [];

  function wakeSleepers(): void {
    for (const sleeper of sleepers.filter(({ atMs }) => atMs <= nowMs)) {
      sleepers.splice(sleepers.indexOf(sleeper), 1);
      sleeper.wake();
    }
  }

  const clock: Clock = { monotonicMs: () => nowMs, wallMs: () => nowMs };
  return {
    clock,
    wait: (ms: number) => new Promise<void>((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
    /** @param onSecond called at each full second on the way */
    pass(ms: number, onSecond: () => void): void {
      for (let left = ms; left > 0; ) {
        const step = Math.min(left, 1_000 - (nowMs % 1_000));
        nowMs += step;
        left -= step;
        if (nowMs % 1_000 === 0) onSecond();
        wakeSleepers();
      }
    },
  };
}

export type Time = ReturnType<typeof createTime>;
