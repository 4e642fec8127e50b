import { type Api, ApiError } from "../api.ts";
import { type Job, jobFromReceipt } from "../job.ts";
import type { Order } from "../order.ts";
import type { Problem } from "../problem.ts";
import type { Store } from "../state.ts";
import type { Line } from "./line.ts";

/** What a person has renewed. */
export interface Orders {
  /** Sends an order, or asks what it reaches and waits for `confirm`: for a yes, or for the token's name. */
  invalidate(order: Order, needs: "nothing" | "yes" | "name"): Promise<void>;
  confirm(): Promise<void>;
  restart(uuid: string): Promise<void>;
}

/** Those who take pictures of before and after. */
export interface Witness {
  /** An order is about to be sent. */
  readonly onSend?: (order: Order) => Promise<void>;
  /** A job was begun from here. */
  readonly onSent?: (uuid: string) => void;
}

export function createOrders(api: Api, store: Store, line: Line, witness: Witness): Orders {
  const { onSend = async () => {}, onSent = () => {} } = witness;

  /** Begins a job and follows it; where no answer came, nobody knows whether it was begun. */
  async function begin(work: (key: string) => Promise<Job>): Promise<void> {
    const { access, sending } = store.get();
    if (access.kind !== "accepted" || sending) return;
    store.set({ sending: true, refusal: null, latest: null, confirmation: null });
    const isCurrent = () => store.get().access === access;
    try {
      const job = await work(access.key);
      if (!isCurrent()) return;
      const others = store.get().jobs.filter(({ uuid }) => uuid !== job.uuid);
      store.set({
        latest: job.uuid,
        jobs: [job, ...others],
        open: { uuid: job.uuid, job, problem: null },
      });
      line.learn(job);
      onSent(job.uuid);
      line.follow([job]);
    } catch (error) {
      if (isCurrent()) refuse(error);
    } finally {
      store.set({ sending: false });
    }
  }

  function refuse(error: unknown): void {
    const isOrder = error instanceof ApiError && error.kind === "order";
    const refusal: Problem = isOrder ? error.problem : { name: "unsure" };
    store.set({ refusal });
    if (!isOrder) line.fail(error);
  }

  const send = (order: Order) =>
    begin(async (key) => {
      await onSend(order);
      return jobFromReceipt(await api.invalidate(key, order), order.scope, order.urls ?? null);
    });

  return {
    async invalidate(order, needs) {
      if (needs === "nothing") return send(order);
      const { access, sending } = store.get();
      if (access.kind !== "accepted" || sending) return;
      const asked = { order, isAll: needs === "name", reach: null };
      store.set({ confirmation: asked, refusal: null, latest: null });
      const reach = await api.reach(access.key, order).catch(() => "unknown" as const);
      if (store.get().confirmation === asked) store.set({ confirmation: { ...asked, reach } });
    },
    async confirm() {
      const { confirmation } = store.get();
      if (confirmation) await send(confirmation.order);
    },
    restart: (uuid) =>
      begin(async (key) => {
        const before = store.get().open?.job;
        const receipt = await api.restart(key, uuid);
        return jobFromReceipt(receipt, before?.scope ?? "all", before?.urls.received ?? null);
      }),
  };
}
