import { type Api, ApiError } from "./api.ts";
import type { Job, Warmup } from "./job.ts";
import type { Order } from "./order.ts";
import type { PageClock } from "./page-clock.ts";
import type { Store } from "./state.ts";

/** How often is asked how far it is. */
const askEveryMs = 1_000;

/** Has the pictures made again that an order takes away, when it is DONE: the first visitor does not wait for them. */
export interface Rewarm {
  onSend(order: Order): Promise<void>;
  onSent(uuid: string): void;
  onEnd(job: Job): void;
}

export function createRewarm(deps: {
  readonly api: Pick<Api, "reach" | "warm" | "warmup">;
  readonly store: Store;
  readonly clock: PageClock;
}): Rewarm {
  const { api, store, clock } = deps;
  const wanted = new Map<string, readonly string[]>();
  let pending: readonly string[] = [];

  function keyNow(): string | null {
    const { access } = store.get();
    return access.kind === "accepted" ? access.key : null;
  }

  /** Exact URLs are known; of originals and folders the servers name some of the pictures that they keep. */
  async function urlsOf(order: Order, key: string): Promise<readonly string[]> {
    if (order.scope === "urls") return order.urls ?? [];
    return (await api.reach(key, order)).sample.urls;
  }

  async function follow(job: string, warmup: string): Promise<void> {
    const key = keyNow();
    if (key === null) return;
    const told = await api.warmup(key, warmup);
    store.set({ warmups: new Map(store.get().warmups).set(job, told) });
    if (told.done_at === null) clock.after(askEveryMs, () => void attempt(() => follow(job, warmup)));
  }

  return {
    async onSend(order) {
      pending = [];
      const key = keyNow();
      if (!store.get().rewarm || key === null) return;
      await attempt(async () => {
        pending = await urlsOf(order, key);
      });
    },
    onSent(uuid) {
      if (pending.length > 0) wanted.set(uuid, pending);
      pending = [];
    },
    onEnd({ uuid, status }) {
      const urls = wanted.get(uuid);
      const key = keyNow();
      wanted.delete(uuid);
      if (status !== "DONE" || !urls || key === null) return;
      void attempt(async () => follow(uuid, await api.warm(key, urls)));
    },
  };
}

/** What is made again is a favor: where it fails, visitors wait as they would without. */
async function attempt(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error) => {
    if (!(error instanceof ApiError)) throw error;
  });
}

/** `3 of 10`. */
export function readyOf({ total, waiting, failed }: Warmup): number {
  return total - waiting - Math.min(failed, total - waiting);
}
