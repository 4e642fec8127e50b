import { isFinal } from "@freshet/core";
import { type Api, ApiError, type Order } from "./api.ts";
import { type Job, jobFromReceipt, listLength } from "./job.ts";
import type { KeyStorage } from "./key-storage.ts";
import type { PageClock } from "./page-clock.ts";
import { createPoller } from "./poll.ts";
import type { Access, Store } from "./state.ts";

/** What a person can do. Nothing here rejects because of the service: what goes wrong becomes part of the state. */
export interface Session {
  signIn(key: string): Promise<void>;
  signOut(): void;
  refresh(): Promise<void>;
  invalidate(order: Order): Promise<void>;
}

/** How often a service that does not answer is tried again. */
const retryMs = 3_000;

const unsure =
  "It is not known whether your invalidation arrived. Look at the list once the service answers again; sending it twice does no harm.";

export function createSession(deps: {
  readonly api: Api;
  readonly store: Store;
  readonly clock: PageClock;
  readonly keys: KeyStorage;
}): Session {
  const { api, store, clock, keys } = deps;
  let cancelRetry = () => {};
  /** Counts what was learnt of single jobs: a list that was asked for before that may be older and is asked for again. */
  let news = 0;

  const poller = createPoller({
    clock,
    load: (uuid) => api.job(keyOf(store.get().access), uuid),
    onJob: (job) => learn(job),
    onFailure: (error) => fail(error, refresh),
  });

  function learn(job: Job): void {
    news++;
    const { jobs } = store.get();
    const isKnown = jobs.some(({ uuid }) => uuid === job.uuid);
    const changed = isKnown ? jobs.map((old) => (old.uuid === job.uuid ? job : old)) : [job, ...jobs];
    store.set({ jobs: changed.slice(0, listLength) });
  }

  /** A key that opens nothing ends the session; after anything else `again` is tried until the service answers. */
  function fail(error: unknown, again: () => Promise<void>): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.kind === "key") {
      leave({ kind: "refused", reason: error.message });
      return;
    }
    poller.clear();
    cancelRetry();
    cancelRetry = clock.after(retryMs, () => void again());
    store.set({ trouble: error.message });
  }

  function leave(access: Access): void {
    poller.clear();
    cancelRetry();
    keys.clear();
    store.set({ access, jobs: [], latest: null, refusal: null, trouble: null, confirmed: false });
  }

  async function signIn(typed: string): Promise<void> {
    const key = typed.trim();
    if (key === "") return leave({ kind: "none" });
    cancelRetry();
    const checking: Access = { kind: "checking" };
    store.set({ access: checking });
    try {
      const token = await api.token(key);
      if (store.get().access !== checking) return;
      keys.write(key);
      store.set({ access: { kind: "accepted", key, token }, trouble: null });
    } catch (error) {
      if (store.get().access === checking) fail(error, () => signIn(key));
      return;
    }
    await refresh();
  }

  async function refresh(): Promise<void> {
    const { access } = store.get();
    if (access.kind !== "accepted") return;
    const newsBefore = news;
    try {
      const jobs = await api.jobs(access.key);
      if (store.get().access !== access) return;
      if (news !== newsBefore) return await refresh();
      cancelRetry();
      store.set({ jobs, trouble: null });
      for (const { uuid, status } of jobs) if (!isFinal(status)) poller.watch(uuid);
    } catch (error) {
      if (store.get().access === access) fail(error, refresh);
    }
  }

  async function invalidate(order: Order): Promise<void> {
    const { access, sending } = store.get();
    if (access.kind !== "accepted" || sending) return;
    store.set({ sending: true, refusal: null, latest: null });
    try {
      const receipt = await api.invalidate(access.key, order);
      if (store.get().access !== access) return;
      learn(jobFromReceipt(receipt, order.scope, order.urls ?? null));
      store.set({ latest: receipt.uuid, confirmed: false });
      poller.watch(receipt.uuid);
    } catch (error) {
      if (store.get().access !== access) return;
      const isRefused = error instanceof ApiError && error.kind === "order";
      store.set({ refusal: isRefused ? error.message : unsure });
      if (!isRefused) fail(error, refresh);
    } finally {
      store.set({ sending: false });
    }
  }

  return { signIn, signOut: () => leave({ kind: "none" }), refresh, invalidate };
}

function keyOf(access: Access): string {
  return access.kind === "accepted" ? access.key : "";
}
