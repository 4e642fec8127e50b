import { FreshetError } from "@freshet/core";

/** Bounds how much work runs at once, and how much may wait for it. */
export interface Slots {
  /** @throws FreshetError `overloaded` if the queue is full */
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly running: number;
  readonly waiting: number;
}

/** First come, first served. */
export function createSlots(maxRunning: number, maxWaiting: number): Slots {
  const queue: (() => void)[] = [];
  let running = 0;

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running < maxRunning) running++;
    else if (queue.length < maxWaiting) await new Promise<void>((resolve) => queue.push(resolve));
    else
      throw new FreshetError(
        "overloaded",
        `${maxWaiting} images are waiting to be made; try again in a moment`,
      );
    try {
      return await work();
    } finally {
      // The slot is handed to the next in line, so the count only falls when nobody waits.
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  }

  return {
    run,
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
  };
}
