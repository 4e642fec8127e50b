import { type Clock, type Erased, isFinal, type JobStatus } from "@freshet/core";
import type { ErasureStore } from "../db/erasure-store.ts";
import { type FrontState, type Fronts, noFronts } from "../fronts/fronts.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";
import { oneAtATime } from "../one-at-a-time.ts";

interface Open {
  readonly job: Job;
  readonly sinceMs: number;
  /** What they had done when none had to be waited for any more; `null` before. */
  nodes: readonly HolderState[] | null;
  readonly waiters: (() => void)[];
}

/** A job with what is known about it beyond its row: how far it is, and which node or front it waits for. */
export interface JobView {
  readonly job: Job;
  readonly status: JobStatus;
  readonly nodes: readonly HolderState[];
  /** Empty as long as nodes are waited for. */
  readonly fronts: readonly FrontState[];
  /** What was erased, by node; empty for a job of another mode. */
  readonly erased: ReadonlyMap<string, Erased>;
}

/** What is remembered of a job that ended: afterwards nodes come and go. */
type Ended = Pick<JobView, "nodes" | "fronts"> & { readonly seqTo: number };

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
  view(job: Job): Promise<JobView>;
  /** Resolves when the job is final. */
  whenFinal(uuid: string): Promise<void>;
  readonly openJobs: number;
}

interface SettlerDeps {
  clock: Clock;
  jobs: JobStore;
  membership: Membership;
  fronts?: Fronts;
  deadlineMs: number;
  erasures?: Pick<ErasureStore, "of">;
  onEnd?: (job: Job) => void;
  report?: (error: unknown) => void;
}

/**
 * Decides DONE: every process either acknowledged the job's last row or holds no lease any more; and then the fronts
 * are purged. What the nodes have done stays done, so once the fronts have their turn nodes are not asked again.
 *
 * @param deadlineMs a job that waits longer ends in ERROR with the names of the nodes it waited for. This happens only
 *   with nodes that serve without a lease (fence `serve`): all others lapse first.
 * @param onEnd told of each job that ended
 * @param report told once when jobs cannot be ended, as on a full disk. They stay open and are tried again at the next
 *   look; the process goes on, since the nodes need it for their leases.
 */
export function createSettler(deps: SettlerDeps): Settler {
  const { clock, jobs, membership, fronts = noFronts, deadlineMs, erasures = noErasures } = deps;
  const { onEnd = () => {}, report = rethrow } = deps;
  const open = new Map<string, Open>();
  const ended = createMemory();
  let isFailing = false;
  const settle = oneAtATime(look);

  function add(job: Job): Promise<void> {
    // One that was restarted ended before.
    ended.forget(job.uuid);
    open.set(job.uuid, { job, sinceMs: clock.monotonicMs(), nodes: null, waiters: [] });
    return settle();
  }

  async function takeOver(): Promise<void> {
    for (const job of await jobs.claim()) {
      if (open.get(job.uuid)?.job.seqTo !== job.seqTo && !ended.has(job)) await add(job);
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
      if (entry.nodes) {
        await flushFronts(entry, entry.nodes);
        continue;
      }
      const nodes = statesFor(entry.job.seqTo);
      const waiting = nodes.filter(({ state }) => state === "waiting");
      if (waiting.length === 0) {
        await flushFronts(entry, nodes);
      } else if (clock.monotonicMs() - entry.sinceMs >= deadlineMs) {
        const names = waiting.map(({ node }) => node).join(", ");
        await finish(entry.job, "ERROR", `still serving without acknowledgement: ${names}`, nodes);
      }
    }
  }

  async function flushFronts(entry: Open, nodes: readonly HolderState[]): Promise<void> {
    entry.nodes = nodes;
    const outcome = fronts.flush(entry.job);
    if (outcome) await finish(entry.job, outcome.error === null ? "DONE" : "ERROR", outcome.error, nodes);
  }

  async function finish(
    job: Job,
    status: "DONE" | "ERROR",
    error: string | null,
    nodes: readonly HolderState[],
  ): Promise<void> {
    // A wall clock may be set back meanwhile; a job does not end before it began.
    const doneAt = Math.max(job.addedAt, Math.round(clock.wallMs() * 1000));
    const done = await jobs.finish(job, status, error, doneAt);
    const waiters = leave(open, job);
    const end = { seqTo: job.seqTo, nodes, fronts: fronts.view(job.uuid) };
    fronts.forget(job.uuid);
    // Another process may have ended it before, and begun it again.
    if (isFinal(done.status)) ended.remember(job.uuid, end);
    if (isFinal(done.status)) onEnd(done);
    for (const wake of waiters) wake();
  }

  return {
    add,
    takeOver,
    settle,
    async view(job) {
      const shared = { job, erased: await erasures.of(job.uuid) };
      // What is not final is open, also if another process settles it.
      if (isFinal(job.status)) return { ...shared, status: job.status, ...ended.of(job.uuid) };
      const nodes = open.get(job.uuid)?.nodes ?? null;
      return {
        ...shared,
        status: nodes ? "FLUSHINGCDNSERVERS" : "FLUSHINGCLOUDIMAGESERVER",
        nodes: nodes ?? membership.statesFor(job.seqTo),
        fronts: fronts.view(job.uuid),
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

/** @returns who waits for this run of the job; another run may have begun meanwhile */
function leave(open: Map<string, Open>, { uuid, seqTo }: Job): readonly (() => void)[] {
  const entry = open.get(uuid);
  if (entry?.job.seqTo !== seqTo) return [];
  open.delete(uuid);
  return entry.waiters;
}

/** Jobs whose end is remembered. */
const remembered = 1_000;

function createMemory() {
  const ends = new Map<string, Ended>();
  return {
    remember(uuid: string, end: Ended): void {
      ends.set(uuid, end);
      const oldest = ends.size > remembered ? ends.keys().next().value : undefined;
      if (oldest !== undefined) ends.delete(oldest);
    },
    forget: (uuid: string) => void ends.delete(uuid),
    has: ({ uuid, seqTo }: Job) => ends.get(uuid)?.seqTo === seqTo,
    of(uuid: string): Pick<JobView, "nodes" | "fronts"> {
      const { nodes = [], fronts = [] } = ends.get(uuid) ?? {};
      return { nodes, fronts };
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}

const noErasures: Pick<ErasureStore, "of"> = { of: async () => new Map() };
