import type { Clock } from "@freshet/core";
import { type Front, FrontError, type FrontLimits, type FrontMode } from "./front.ts";
import { createTokenBucket, type Sleep } from "./token-bucket.ts";

/** What one job wants of one front. */
export interface Order {
  readonly tags: readonly string[];
  readonly mode: FrontMode;
  /** Called before each call that carries tags of this order. */
  onAttempt(): void;
}

/** What happened to a front since the start. */
export interface FrontCounts {
  /** Calls, and those of them that were tried again after one that failed, and those that failed. */
  readonly requests: number;
  readonly retries: number;
  readonly failures: number;
  /** How many of the last calls failed; 0 if the last one worked. */
  readonly failing: number;
  /** Orders that are not done. */
  readonly waiting: number;
  /** When a call worked last, ms since 1970; `null` if none did. */
  readonly lastSuccessAt: number | null;
}

export interface FrontQueue {
  counts(): FrontCounts;
  /** Resolves when each tag was purged by a call that began after this one. @throws FrontError */
  purge(order: Order): Promise<void>;
}

interface Waiting {
  readonly order: Order;
  readonly left: Set<string>;
  readonly sinceMs: number;
  readonly end: PromiseWithResolvers<void>;
  hasFailed: boolean;
}

const firstPauseMs = 250;
const longestPauseMs = 30_000;

/**
 * Calls a front as seldom as possible and no faster than it allows: orders that wait while a call is under way go out
 * together in the next one, as many tags as it takes.
 *
 * @param deadlineMs after which an order is given up, if the front still fails
 * @param random from 0 to 1: pauses are spread, or many would come back at the same moment
 */
export function createFrontQueue(deps: {
  front: Front;
  clock: Clock;
  sleep: Sleep;
  deadlineMs: number;
  random?: () => number;
}): FrontQueue {
  const { front, clock, sleep, deadlineMs, random = Math.random } = deps;
  const { counts, burst, perSecond } = front.limits;
  const bucket = createTokenBucket({ clock, sleep, burst, perSecond });
  const waiting = new Set<Waiting>();
  const counted = { requests: 0, retries: 0, failures: 0 };
  let lastSuccessAt: number | null = null;
  let isRunning = false;
  /** Calls in a row. */
  let failing = 0;

  async function run(): Promise<void> {
    isRunning = true;
    while (waiting.size > 0) {
      await bucket.untilSome();
      await callOnce();
    }
    isRunning = false;
  }

  async function callOnce(): Promise<void> {
    // Only orders that are here before the call are served by it: what comes later may be about newer pictures.
    const { mode, tags, orders } = nextCall(waiting, front.limits);
    bucket.spend(counts === "tags" ? tags.size : 1);
    for (const { order } of orders) order.onAttempt();
    counted.requests += 1;
    if (isRetry(orders)) counted.retries += 1;
    try {
      await front.purge([...tags], mode);
    } catch (error) {
      counted.failures += 1;
      failing += 1;
      await recover(error, orders);
      return;
    }
    failing = 0;
    lastSuccessAt = clock.wallMs();
    for (const entry of orders) {
      for (const tag of tags) entry.left.delete(tag);
      if (entry.left.size === 0) leave(entry, null);
    }
  }

  async function recover(error: unknown, orders: readonly Waiting[]): Promise<void> {
    if (!(error instanceof FrontError) || error.isFinal) {
      for (const entry of orders) leave(entry, error);
      return;
    }
    for (const entry of orders) entry.hasFailed = true;
    const nowMs = clock.monotonicMs();
    for (const entry of [...waiting]) if (nowMs - entry.sinceMs >= deadlineMs) leave(entry, error);
    if (waiting.size === 0) return;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (failing - 1)) * (0.5 + random() / 2);
    await sleep(Math.max(error.retryAfterMs, pauseMs));
  }

  function leave(entry: Waiting, error: unknown): void {
    waiting.delete(entry);
    if (error === null) entry.end.resolve();
    else entry.end.reject(error);
  }

  return {
    purge(order) {
      const end = Promise.withResolvers<void>();
      waiting.add({ order, left: new Set(order.tags), sinceMs: clock.monotonicMs(), end, hasFailed: false });
      if (!isRunning) void run();
      return end.promise;
    },
    counts: () => ({ ...counted, failing, waiting: waiting.size, lastSuccessAt }),
  };
}

/** Whether a call carries something again that failed before. */
function isRetry(orders: readonly Waiting[]): boolean {
  return orders.some(({ hasFailed }) => hasFailed);
}

/** The oldest orders of one mode, as many of their tags as fit. */
function nextCall(
  waiting: ReadonlySet<Waiting>,
  { callTags, callChars }: FrontLimits,
): { mode: FrontMode; tags: Set<string>; orders: Waiting[] } {
  const [oldest] = waiting;
  const mode = (oldest as Waiting).order.mode;
  const tags = new Set<string>();
  const orders: Waiting[] = [];
  let chars = 0;
  for (const entry of waiting) {
    if (entry.order.mode !== mode) continue;
    let isIn = false;
    for (const tag of entry.left) {
      if (!tags.has(tag)) {
        // A tag that is longer than a call goes alone, for the front to say what it thinks of it.
        const isFull = tags.size === callTags || chars + tag.length > callChars;
        if (isFull && tags.size > 0) break;
        tags.add(tag);
        chars += tag.length + 1;
      }
      isIn = true;
    }
    if (!isIn) break;
    orders.push(entry);
  }
  return { mode, tags, orders };
}
