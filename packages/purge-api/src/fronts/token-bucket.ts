import type { Clock } from "@freshet/core";

/** Waits. Tests move it by hand. */
export type Sleep = (ms: number) => Promise<void>;

/** Holds up to `burst` tokens, and gets `perSecond` of them back; it is full at first. */
export function createTokenBucket(deps: { clock: Clock; sleep: Sleep; burst: number; perSecond: number }) {
  const { clock, sleep, burst, perSecond } = deps;
  let tokens = burst;
  let atMs = clock.monotonicMs();

  function refill(): void {
    const nowMs = clock.monotonicMs();
    tokens = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond);
    atMs = nowMs;
  }

  return {
    /** Resolves when there is a token. */
    async untilSome(): Promise<void> {
      refill();
      while (tokens < 1) {
        await sleep(Math.ceil(((1 - tokens) / perSecond) * 1000));
        refill();
      }
    },
    /** Takes tokens, also such as are not there yet: whoever comes next waits for them. */
    spend(count: number): void {
      tokens -= count;
    },
  };
}
