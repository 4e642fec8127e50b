import type { Clock } from "@freshet/core";
import type { Sleep } from "./token-bucket.ts";

/** Time that passes only when a test lets it: sleepers wake in their order, each before anything later happens. */
export function handTime(): { clock: Clock; sleep: Sleep; advance(ms: number): Promise<void> } {
  let nowMs = 0;
  let sleepers: { readonly atMs: number; wake(): void }[] = [];
  return {
    clock: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    sleep: (ms) => new Promise((wake) => sleepers.push({ atMs: nowMs + ms, wake })),
    async advance(ms) {
      const endMs = nowMs + ms;
      await idle();
      for (;;) {
        const [next] = sleepers.filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs);
        if (!next) break;
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await idle();
      }
      nowMs = endMs;
    },
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function idle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
