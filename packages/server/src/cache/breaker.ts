/**
 * Keeps what does not answer from being asked. After some failures in a row nobody asks any more; after a while one is
 * sent ahead, behind the back of who would have to wait, and if it succeeds all may ask again.
 */
export interface Breaker {
  readonly isOpen: boolean;
  succeeded(): void;
  failed(error: unknown): void;
  /** @param probe asks once; called only when one is due */
  probe(probe: () => Promise<unknown>): void;
}

/**
 * @param nowMs monotonic
 * @param onOpen told of the failure after which nobody asks any more, once each time
 */
export function createBreaker(
  { failures, pauseMs }: { readonly failures: number; readonly pauseMs: number },
  nowMs: () => number,
  onOpen: (error: unknown) => void,
): Breaker {
  let inARow = 0;
  let nextProbeMs: number | null = null;

  function succeeded(): void {
    inARow = 0;
    nextProbeMs = null;
  }

  function failed(error: unknown): void {
    inARow++;
    if (inARow < failures) return;
    if (nextProbeMs === null) onOpen(error);
    nextProbeMs = nowMs() + pauseMs;
  }

  return {
    get isOpen() {
      return nextProbeMs !== null;
    },
    succeeded,
    failed,
    probe(probe) {
      if (nextProbeMs === null || nowMs() < nextProbeMs) return;
      nextProbeMs = nowMs() + pauseMs;
      probe().then(succeeded, failed);
    },
  };
}
