import { isFinal } from "@freshet/core";
import { type Api, ApiError } from "../api.ts";
import { createFollower } from "../follow/follow.ts";
import type { Job } from "../job.ts";
import type { KeyStorage } from "../key-storage.ts";
import type { PageClock } from "../page-clock.ts";
import { type Access, type Store, signedOut } from "../state.ts";

/** How often a service that does not answer is tried again. */
const retryMs = 3_000;

export interface LineDeps {
  readonly api: Api;
  readonly store: Store;
  readonly clock: PageClock;
  readonly keys: KeyStorage;
  /** Called when a job ended. */
  readonly onEnd?: (job: Job) => void;
  /** What is done again until the service answers. */
  readonly retry: () => Promise<void>;
}

/** What is heard of jobs, and what happens when nothing is heard. */
export interface Line {
  /** Follows those that have not ended. */
  follow(jobs: readonly Pick<Job, "uuid" | "status">[]): void;
  learn(job: Job): void;
  /** Counts what was learnt of single jobs: a list that was asked for before that may be older. */
  news(): number;
  /** A key that opens nothing ends the session; after anything else `again` is tried until the service answers. */
  fail(error: unknown, again?: () => Promise<void>): void;
  /** The service has answered. */
  isUp(): void;
  leave(access: Access): void;
}

export function createLine({ api, store, clock, keys, onEnd = () => {}, retry }: LineDeps): Line {
  let cancelRetry = () => {};
  let news = 0;
  const follower = createFollower({
    clock,
    stream: (uuid, signal) => api.stream(keyOf(), uuid, signal),
    load: (uuid) => api.job(keyOf(), uuid),
    onJob: learn,
    onFailure: (error) => fail(error),
  });

  function keyOf(): string {
    const { access } = store.get();
    return access.kind === "accepted" ? access.key : "";
  }

  function learn(job: Job): void {
    news++;
    const { jobs, open } = store.get();
    store.set({
      jobs: jobs.map((old) => (old.uuid === job.uuid ? job : old)),
      ...(open?.uuid === job.uuid && { open: { uuid: job.uuid, job, problem: null } }),
    });
    if (isFinal(job.status)) onEnd(job);
  }

  function fail(error: unknown, again = retry): void {
    if (!(error instanceof ApiError)) throw error;
    if (error.kind === "key") {
      leave({ kind: "refused", problem: error.problem });
      return;
    }
    follower.clear();
    cancelRetry();
    cancelRetry = clock.after(retryMs, () => void again());
    store.set({ trouble: error.problem });
  }

  function leave(access: Access): void {
    follower.clear();
    cancelRetry();
    keys.clear();
    // What the address of the page names is looked at again with the next key.
    const { open } = store.get();
    store.set({ ...signedOut, access, open: open && { ...open, job: null, problem: null } });
  }

  return {
    follow(jobs) {
      for (const { uuid, status } of jobs) if (!isFinal(status)) follower.watch(uuid);
    },
    learn,
    news: () => news,
    fail,
    isUp() {
      cancelRetry();
      store.set({ trouble: null });
    },
    leave,
  };
}
