import type { Clock, JobStatus } from "@freshet/core";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";
import { oneAtATime } from "../one-at-a-time.ts";

/** A job with what is known about it beyond its row: how far it is, and which node it waits for. */
export interface JobView {
  readonly job: Job;
  readonly status: JobStatus;
  readonly nodes: readonly HolderState[];
}

export interface Settler {
  /** Takes charge of a job whose rows are committed. Resolves when it was looked at. */
  add(job: Job): Promise<void>;
  /** Takes charge of jobs that nobody does: at start, and of processes that are gone. */
  takeOver(): Promise<void>;
  /**
   * Ends every job that can be ended now; called after each acknowledgement and, for leases and deadlines, on a timer.
   * Resolves when a look that began after the call is over.
   */
  settle(): Promise<void>;
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
  const settle = oneAtATime(look);

  function add(job: Job): Promise<void> {
    // One that was restarted ended before.
    ended.delete(job.uuid);
    open.set(job.uuid, { job, sinceMs: clock.monotonicMs(), waiters: [] });
    return settle();
  }

  async function takeOver(): Promise<void> {
    for (const job of await jobs.claim()) {
      if (!open.has(job.uuid) && !ended.has(job.uuid)) await add(job);
    }
  }

  async function look(): Promise<void> {
    try {
      if (open.size > 0) await endAllThatCan();
      isFailing = false;
    } catch (error) {
      const isNews = !isFailing;
      isFailing = true;
      if (isNews) report(error);
    }
  }

  async function endAllThatCan(): Promise<void> {
    // Only jobs that were in the log before the look: what it says of nodes says nothing about later ones.
    const entries = [...open.values()];
    const statesFor = await membership.look();
    for (const entry of entries) {
      const nodes = statesFor(entry.job.seqTo);
      const waiting = nodes.filter(({ state }) => state === "waiting");
      if (waiting.length === 0) {
        await finish(entry.job, "DONE", null, nodes);
      } else if (clock.monotonicMs() - entry.sinceMs >= deadlineMs) {
        const names = waiting.map(({ node }) => node).join(", ");
        await finish(entry.job, "ERROR", `still serving without acknowledgement: ${names}`, nodes);
      }
    }
  }

  async function finish(
    job: Job,
    status: "DONE" | "ERROR",
    error: string | null,
    nodes: readonly HolderState[],
  ): Promise<void> {
    // A wall clock may be set back meanwhile; a job does not end before it began.
    const doneAt = Math.max(job.addedAt, Math.round(clock.wallMs() * 1000));
    const done = await jobs.finish(job.uuid, status, error, doneAt);
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

  return {
    add,
    takeOver,
    settle,
    view(job) {
      // Also a job that another process settles.
      const isOpen = job.status !== "DONE" && job.status !== "ERROR";
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
