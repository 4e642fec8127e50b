import type { Clock, JobStatus } from "@freshet/core";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";

/** A job with what is known about it beyond its row: how far it is, and which node it waits for. */
export interface JobView {
  readonly job: Job;
  readonly status: JobStatus;
  readonly nodes: readonly HolderState[];
}

export interface Settler {
  /** Takes charge of a job whose rows are committed. */
  add(job: Job): void;
  /** Ends every job that can be ended now; called after each acknowledgement and, for leases and deadlines, on a timer. */
  settle(): void;
  view(job: Job): JobView;
  /** Resolves when the job is final. */
  whenFinal(uuid: string): Promise<void>;
  readonly openJobs: number;
}

/**
 * Decides DONE: every process either acknowledged the job's last row or holds no lease any more.
 *
 * @param deadlineMs a job that waits longer ends in ERROR with the names of the nodes it waited for. This happens only
 *   with nodes that serve without a lease (fence `serve`): all others lapse first.
 * @param onEnd told of each job that ended
 * @param report told once when jobs cannot be ended, as on a full disk. They stay open and are tried again at the next
 *   look; the process goes on, since the nodes need it for their leases.
 */
export function createSettler(deps: {
  clock: Clock;
  jobs: JobStore;
  membership: Membership;
  deadlineMs: number;
  onEnd?: (job: Job) => void;
  report?: (error: unknown) => void;
}): Settler {
  const { clock, jobs, membership, deadlineMs, onEnd = () => {}, report = rethrow } = deps;
  const open = new Map<string, { job: Job; sinceMs: number; waiters: (() => void)[] }>();
  /** What a job's nodes had done when it ended: afterwards they come and go. */
  const ended = new Map<string, readonly HolderState[]>();
  let isFailing = false;

  function add(job: Job): void {
    open.set(job.uuid, { job, sinceMs: clock.monotonicMs(), waiters: [] });
    settle();
  }

  function settle(): void {
    try {
      endAllThatCan();
      isFailing = false;
    } catch (error) {
      const isNews = !isFailing;
      isFailing = true;
      if (isNews) report(error);
    }
  }

  function endAllThatCan(): void {
    for (const entry of open.values()) {
      const nodes = membership.statesFor(entry.job.seqTo);
      const waiting = nodes.filter(({ state }) => state === "waiting");
      if (waiting.length === 0) {
        finish(entry.job, "DONE", null, nodes);
      } else if (clock.monotonicMs() - entry.sinceMs >= deadlineMs) {
        const names = waiting.map(({ node }) => node).join(", ");
        finish(entry.job, "ERROR", `still serving without acknowledgement: ${names}`, nodes);
      }
    }
  }

  function finish(
    job: Job,
    status: "DONE" | "ERROR",
    error: string | null,
    nodes: readonly HolderState[],
  ): void {
    // A wall clock may be set back meanwhile; a job does not end before it began.
    const doneAt = Math.max(job.addedAt, Math.round(clock.wallMs() * 1000));
    const done = jobs.finish(job.uuid, status, error, doneAt);
    const waiters = open.get(job.uuid)?.waiters ?? [];
    open.delete(job.uuid);
    remember(job.uuid, nodes);
    onEnd(done);
    for (const wake of waiters) wake();
  }

  function remember(uuid: string, nodes: readonly HolderState[]): void {
    ended.set(uuid, nodes);
    const oldest = ended.size > 1_000 ? ended.keys().next().value : undefined;
    if (oldest !== undefined) ended.delete(oldest);
  }

  for (const job of jobs.open()) add(job);

  return {
    add,
    settle,
    view(job) {
      const isOpen = open.has(job.uuid);
      return {
        job,
        status: isOpen ? "FLUSHINGCLOUDIMAGESERVER" : job.status,
        nodes: isOpen ? membership.statesFor(job.seqTo) : (ended.get(job.uuid) ?? []),
      };
    },
    whenFinal(uuid) {
      const entry = open.get(uuid);
      return entry ? new Promise((resolve) => entry.waiters.push(resolve)) : Promise.resolve();
    },
    get openJobs() {
      return open.size;
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}
