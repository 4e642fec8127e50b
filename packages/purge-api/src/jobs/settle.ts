import { type Clock, type Erased, isFinal, type JobStatus } from "@freshet/core";
import type { ErasureStore } from "../db/erasure-store.ts";
import { type Fronts, noFronts } from "../fronts/fronts.ts";
import type { FrontState } from "../fronts/tour.ts";
import type { Job, JobStore } from "../log/log.ts";
import type { HolderState, Membership } from "../nodes/membership.ts";
import { oneAtATime } from "../one-at-a-time.ts";
import { createOpenJobs, type Open, type OpenJobs } from "./open-jobs.ts";
import { noRewarms, type Rewarms } from "./rewarms.ts";

/** A node, and how long after the job was accepted it was seen to keep it waiting no more. */
export interface NodeProgress extends HolderState {
  /** `null` as long as it does, and if another process saw it. */
  readonly durationMs: number | null;
}

/** A job with what is known about it beyond its row: how far it is, and which node or front it waits for. */
export interface JobView {
  readonly job: Job;
  readonly status: JobStatus;
  readonly nodes: readonly NodeProgress[];
  /** Empty as long as nodes are waited for. */
  readonly fronts: readonly FrontState[];
  /** What was erased, by node; empty for a job of another mode. */
  readonly erased: ReadonlyMap<string, Erased>;
  /** What was made again, by node; `null` as long as it is not over, and if it was not come to. */
  readonly rewarmed: Job["rewarmed"];
}

/** What is remembered of a job that ended: afterwards nodes come and go. */
type Ended = Pick<JobView, "nodes" | "fronts">;

export interface Settler {
  /** Takes charge of a job whose rows are committed. Resolves when it was looked at. */
  add(job: Job): Promise<void>;
  /** Takes charge of jobs that nobody does: at start, and of processes that are gone. */
  takeOver(): Promise<void>;
  /**
   * Ends every job that can be ended now; for leases and deadlines, on a timer. Resolves when a look that began after the
   * call is over.
   */
  settle(): Promise<void>;
  /**
   * The same after an acknowledgement, if by what is known here it can have ended anything: to be sure of it may take a
   * question to the database.
   */
  progressed(): Promise<void>;
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
  rewarms?: Rewarms;
  deadlineMs: number;
  erasures?: Pick<ErasureStore, "of">;
  onEnd?: (job: Job) => void;
  report?: (error: unknown) => void;
}

/**
 * Decides DONE: every process either acknowledged the job's last row or holds no lease any more; and then the fronts
 * are purged. What the nodes have done stays done, so once the fronts have their turn nodes are not asked again.
 * Meanwhile pictures are made again, if the job asks for that: the fronts need not wait for it, and DONE does, but for no
 * longer than it may take, and however it ends.
 *
 * @param deadlineMs a job that waits longer ends in ERROR with the names of the nodes it waited for. This happens only
 *   with nodes that serve without a lease (fence `serve`): all others lapse first.
 * @param onEnd told of each job that ended
 * @param report told once when jobs cannot be ended, as on a full disk. They stay open and are tried again at the next
 *   look; the process goes on, since the nodes need it for their leases.
 */
export function createSettler(deps: SettlerDeps): Settler {
  const { clock, jobs, membership, fronts = noFronts, rewarms = noRewarms } = deps;
  const { deadlineMs, onEnd = () => {}, report = rethrow } = deps;
  const open = createOpenJobs();
  const ended = createMemory();
  let isFailing = false;
  const settle = oneAtATime(look);
  const progressed = createProgressed(deps, open, settle);

  function add(job: Job): Promise<void> {
    open.add(job, clock.monotonicMs());
    return progressed();
  }

  async function takeOver(): Promise<void> {
    for (const job of await jobs.claim()) {
      if (open.of(job.uuid)?.job.seqTo !== job.seqTo && !ended.has(job)) await add(job);
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
    // Only jobs that were in the log before the look: what it says of nodes says nothing about later ones. Among those
    // none ends that comes after the first that waits: whoever keeps it waiting keeps all after it. A few of them are
    // looked at nevertheless, to see which nodes they wait for no more.
    const { turns } = open;
    const statesFor = await membership.look();
    const ends: Promise<void>[] = [];
    let seen = 0;
    for (const entry of open.waiting()) {
      if (entry.turn >= turns) continue;
      const nodes = statesFor(entry.job.seqTo);
      timeNodes(entry, nodes, clock);
      if (seen > 0) {
        if (seen++ === seenAhead) break;
        continue;
      }
      const waiting = nodes.filter(({ state }) => state === "waiting");
      if (waiting.length === 0) {
        open.pass(entry, nodes);
      } else if (clock.monotonicMs() - entry.sinceMs >= deadlineMs) {
        const names = waiting.map(({ node }) => node).join(", ");
        ends.push(finish(entry.job, "ERROR", `still serving without acknowledgement: ${names}`, nodes));
      } else seen = 1;
    }
    for (const { job, nodes } of open.passed()) {
      const outcome = fronts.flush(job);
      const isRewarmed = rewarms.run(job);
      if (!outcome || !isRewarmed) continue;
      ends.push(finish(job, outcome.error === null ? "DONE" : "ERROR", outcome.error, nodes ?? []));
    }
    // Each as far as it comes, whatever becomes of the others; all of it together is one write.
    const failed = (await Promise.allSettled(ends)).find(({ status }) => status === "rejected");
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }

  async function finish(
    job: Job,
    status: "DONE" | "ERROR",
    error: string | null,
    nodes: readonly HolderState[],
  ): Promise<void> {
    // A wall clock may be set back meanwhile; a job does not end before it began.
    const doneAt = Math.max(job.addedAt, Math.round(clock.wallMs() * 1000));
    const done = await jobs.finish(job, status, error, doneAt, rewarms.view(job));
    const nodeMs = open.of(job.uuid)?.nodeMs;
    const waiters = open.leave(job);
    const end = { nodes: timed(nodes, nodeMs), fronts: fronts.view(job.uuid) };
    fronts.forget(job.uuid);
    rewarms.forget(job);
    // Another process may have ended it before, and begun it again.
    if (isFinal(done.status)) {
      ended.remember(job, end);
      onEnd(done);
    }
    for (const wake of waiters) wake();
  }

  return {
    ...{ add, takeOver, settle, progressed },
    view: createView(deps, open, ended),
    whenFinal(uuid) {
      const entry = open.of(uuid);
      return entry ? new Promise((resolve) => entry.waiters.push(resolve)) : Promise.resolve();
    },
    get openJobs() {
      return open.size;
    },
  };
}

function createProgressed(
  { clock, membership }: SettlerDeps,
  open: Pick<OpenJobs, "waiting">,
  settle: () => Promise<void>,
): Settler["progressed"] {
  return async () => {
    let seen = 0;
    for (const entry of open.waiting()) {
      const nodes = membership.statesFor(entry.job.seqTo);
      timeNodes(entry, nodes, clock);
      // Who keeps the first waiting keeps all after it.
      const isHeldUp = nodes.some(({ state }) => state === "waiting");
      if (seen === 0 && !isHeldUp) break;
      if (++seen === seenAhead) return;
    }
    if (seen === 0) await settle();
  };
}

function createView(
  { membership, fronts = noFronts, rewarms = noRewarms, erasures = noErasures }: SettlerDeps,
  open: Pick<OpenJobs, "of">,
  ended: ReturnType<typeof createMemory>,
): Settler["view"] {
  return async (job) => {
    const shared = { job, erased: await erasures.of(job.uuid) };
    // What is not final is open, also if another process settles it.
    if (isFinal(job.status)) {
      return { ...shared, status: job.status, ...ended.of(job), rewarmed: job.rewarmed };
    }
    const entry = open.of(job.uuid);
    const nodes = entry?.nodes ?? null;
    return {
      ...shared,
      status: nodes ? "FLUSHINGCDNSERVERS" : "FLUSHINGCLOUDIMAGESERVER",
      nodes: timed(nodes ?? membership.statesFor(job.seqTo), entry?.nodeMs),
      fronts: fronts.view(job.uuid),
      rewarmed: rewarms.view(job),
    };
  };
}

/** Of a node with several processes the last counts. */
function timeNodes({ job, nodeMs }: Open, nodes: readonly HolderState[], clock: Clock): void {
  const waiting = new Set(nodes.filter(({ state }) => state === "waiting").map(({ node }) => node));
  const afterMs = Math.max(0, Math.round(clock.wallMs() * 1000) - job.addedAt) / 1000;
  for (const { node } of nodes) {
    if (waiting.has(node)) nodeMs.delete(node);
    else if (!nodeMs.has(node)) nodeMs.set(node, afterMs);
  }
}

function timed(nodes: readonly HolderState[], nodeMs?: Open["nodeMs"]): NodeProgress[] {
  return nodes.map(({ node, state }) => {
    const durationMs = state === "waiting" ? null : (nodeMs?.get(node) ?? null);
    return { node, state, durationMs };
  });
}

/** Jobs behind the first that waits of which it is seen, too, when each node keeps them waiting no more. */
const seenAhead = 10;

/** Jobs whose end is remembered. */
const remembered = 1_000;

/** Ends by run: one that another process started again, and ended, is another run, of which nothing is known here. */
function createMemory() {
  const ends = new Map<string, Ended>();
  const runOf = ({ uuid, seqTo }: Job) => `${seqTo} ${uuid}`;
  return {
    remember(job: Job, end: Ended): void {
      ends.set(runOf(job), end);
      const oldest = ends.size > remembered ? ends.keys().next().value : undefined;
      if (oldest !== undefined) ends.delete(oldest);
    },
    has: (job: Job) => ends.has(runOf(job)),
    of: (job: Job): Ended => ends.get(runOf(job)) ?? { nodes: [], fronts: [] },
  };
}

function rethrow(error: unknown): never {
  throw error;
}

const noErasures: Pick<ErasureStore, "of"> = { of: async () => new Map() };
