import { isFinal } from "@freshet/core";
import type { Job } from "../job.ts";
import type { PageClock } from "../page-clock.ts";

/** Most purges end within milliseconds; one that waits for a server that was cut off takes seconds. */
export function pollDelayMs(elapsedMs: number): number {
  if (elapsedMs < 2_000) return 200;
  if (elapsedMs < 10_000) return 1_000;
  return 3_000;
}

export interface Poller {
  /** Asks for a job until it is final; asking for one that is watched already changes nothing. */
  watch(uuid: string): void;
  /** Forgets all jobs; answers that are still on their way are not passed on. */
  clear(): void;
}

export interface PollerDeps {
  readonly clock: PageClock;
  readonly load: (uuid: string) => Promise<Job>;
  readonly onJob: (job: Job) => void;
  /** The job is not watched any more: whoever is told decides when to go on. */
  readonly onFailure: (error: unknown) => void;
}

interface Watch {
  readonly sinceMs: number;
  cancel: () => void;
}

export function createPoller({ clock, load, onJob, onFailure }: PollerDeps): Poller {
  const watches = new Map<string, Watch>();

  function schedule(uuid: string, watch: Watch): void {
    watch.cancel = clock.after(pollDelayMs(clock.nowMs() - watch.sinceMs), () => void ask(uuid, watch));
  }

  async function ask(uuid: string, watch: Watch): Promise<void> {
    const isCurrent = () => watches.get(uuid) === watch;
    let job: Job;
    try {
      job = await load(uuid);
    } catch (error) {
      if (!isCurrent()) return;
      watches.delete(uuid);
      onFailure(error);
      return;
    }
    if (!isCurrent()) return;
    if (isFinal(job.status)) watches.delete(uuid);
    else schedule(uuid, watch);
    onJob(job);
  }

  return {
    watch(uuid) {
      if (watches.has(uuid)) return;
      const watch = { sinceMs: clock.nowMs(), cancel: () => {} };
      watches.set(uuid, watch);
      schedule(uuid, watch);
    },
    clear() {
      for (const { cancel } of watches.values()) cancel();
      watches.clear();
    },
  };
}
