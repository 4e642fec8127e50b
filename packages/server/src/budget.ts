import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * To be called between pieces of a millisecond or so of long work on the main thread, so that requests get their turn.
 * @returns false when the time for all of the work is over
 */
export type GoOn = () => Promise<boolean>;

/** Work goes on this long before others get their turn. */
const pieceMs = 2;

/** @param nowMs monotonic @param totalMs from now on, with the turns of others in it */
export function createBudget(nowMs: () => number, totalMs: number): GoOn {
  const endMs = nowMs() + totalMs;
  let lastTurnMs = nowMs();
  return async () => {
    if (nowMs() - lastTurnMs >= pieceMs) {
      await nextTurn();
      lastTurnMs = nowMs();
    }
    return nowMs() < endMs;
  };
}
