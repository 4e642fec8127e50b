import { FreshetError } from "@freshet/core";

/** Bounds how much work runs at once, and how much may wait for it. */
export interface Slots {
  /** @throws FreshetError `overloaded` if the queue is full */
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Work that nobody waits for: it begins only when no other waits, and never takes the last two slots if there are
   * more.
   * @throws FreshetError, in the promise, `overloaded` if there is too much of it
   */
  runLater<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Somebody waits for that now: if it has not begun, it queues up with the others. */
  hurry(key: string): void;
  readonly running: number;
  /** Without what nobody waits for. */
  readonly waiting: number;
}

/** First come, first served. */
export function createSlots(maxRunning: number, maxWaiting: number): Slots {
  const maxLater = Math.max(1, maxRunning - 2);
  const queue: (() => void)[] = [];
  const later = new Map<string, () => void>();
  const hurried = new Map<string, () => void>();
  let running = 0;
  let runningLater = 0;

  function begin(go: () => void): void {
    if (running < maxRunning) {
      running++;
      go();
    } else queue.push(go);
  }

  function beginLater(): void {
    for (const [key, go] of later) {
      if (queue.length > 0 || running >= maxRunning || runningLater >= maxLater) return;
      running++;
      runningLater++;
      later.delete(key);
      go();
    }
  }

  function end(): void {
    // The slot is handed to the next in line, so the count only falls when nobody waits.
    const next = queue.shift();
    if (next) next();
    else running--;
    beginLater();
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= maxRunning && queue.length >= maxWaiting) throw tooMany(maxWaiting);
    if (running < maxRunning) running++;
    else await new Promise<void>(begin);
    try {
      return await work();
    } finally {
      end();
    }
  }

  async function runLater<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (later.size >= maxWaiting) throw tooMany(maxWaiting);
    const { promise: turn, resolve } = Promise.withResolvers<"later" | "now">();
    later.set(key, () => resolve("later"));
    hurried.set(key, () => resolve("now"));
    beginLater();
    const began = await turn;
    hurried.delete(key);
    try {
      return await work();
    } finally {
      if (began === "later") runningLater--;
      end();
    }
  }

  function hurry(key: string): void {
    const go = hurried.get(key);
    if (go && later.delete(key)) begin(go);
  }

  return {
    run,
    runLater,
    hurry,
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
  };
}

function tooMany(maxWaiting: number): FreshetError {
  return new FreshetError("overloaded", `${maxWaiting} images are waiting to be made; try again in a moment`);
}
