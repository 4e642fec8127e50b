import { type Clock, frontTags, type HashText, type LogRow } from "@freshet/core";
import type { Job } from "../log/log.ts";
import { type Front, FrontError, type FrontMode } from "./front.ts";
import { createFrontQueue, type FrontCounts, type FrontQueue } from "./front-queue.ts";
import type { Sleep } from "./token-bucket.ts";

/** How far a job is at one front. */
export interface FrontState {
  readonly front: string;
  /** `rebounding`: purged once, and waiting for answers that were on their way. */
  readonly state: "waiting" | "purging" | "rebounding" | "purged" | "failed";
  /** Calls in which tags of the job were sent. */
  readonly attempts: number;
  /** From the beginning of the job's way through the fronts to the last purge of this one; `null` before. */
  readonly durationMs: number | null;
}

export interface NamedFront {
  readonly name: string;
  /** Fronts of a lower tier stand nearer to the servers. */
  readonly tier: number;
  readonly front: Front;
}

export interface FrontsOutcome {
  /** Which front was not purged and why; `null` if all were. */
  readonly error: string | null;
}

export interface FrontHealth extends FrontCounts {
  readonly front: string;
}

/** The caches before the servers, as those see them who decide when a job is DONE. */
export interface Fronts {
  /**
   * Purges all fronts of what a job purges; to be called when no server answers with old bytes any more. The first call
   * begins it, the others ask.
   * @returns `null` as long as it is not over
   */
  flush(job: Job): FrontsOutcome | null;
  /** One entry per front; empty for a job that has not come to the fronts. */
  view(uuid: string): readonly FrontState[];
  /** What happened to each front since the start. */
  health(): readonly FrontHealth[];
  /** To be called when the job has ended. If it is started again, so is its way through the fronts. */
  forget(uuid: string): void;
}

/** For installations without a cache in front. */
export const noFronts: Fronts = {
  flush: () => ({ error: null }),
  view: () => [],
  health: () => [],
  forget: () => {},
};

type Progress = { -readonly [K in keyof FrontState]: FrontState[K] };

interface Station {
  readonly named: NamedFront;
  readonly queue: FrontQueue;
}

interface Flush {
  readonly startMs: number;
  readonly states: Map<string, Progress>;
  readonly errors: string[];
  outcome: FrontsOutcome | null;
}

/**
 * Purges tier by tier, from the servers outwards, since an outer cache refills from an inner one (purge.md section 3,
 * race 4). Then once more, the rebound: each tier only when the one inside it is clean for good and everything that had
 * left it before had time to arrive (race 5).
 *
 * Nothing of this is stored: a job stays open until it is over, so that after a restart it begins anew.
 *
 * @param rowsOf the job's rows of the log
 * @param reboundMs longest time that an answer may be on its way from one tier to the next
 * @param isReboundAwaited whether a job is DONE only after the rebound
 * @param onProgress called whenever `flush` would answer something else
 */
export function createFronts(deps: {
  fronts: readonly NamedFront[];
  clock: Clock;
  sleep: Sleep;
  hash: HashText;
  rowsOf: (job: Job) => readonly LogRow[] | Promise<readonly LogRow[]>;
  reboundMs: number;
  isReboundAwaited: boolean;
  deadlineMs: number;
  onProgress: () => void;
  report: (error: unknown) => void;
}): Fronts {
  const { clock, sleep, hash, rowsOf, reboundMs, isReboundAwaited, deadlineMs, onProgress, report } = deps;
  const tiers = tiersOf(deps.fronts).map((tier) =>
    tier.map((named) => ({
      named,
      queue: createFrontQueue({ front: named.front, clock, sleep, deadlineMs }),
    })),
  );
  const flushes = new Map<string, Flush>();

  async function run(job: Job, flush: Flush): Promise<void> {
    const rows = await rowsOf(job);
    for (const tier of tiers) await Promise.all(tier.map((station) => visit(station, rows, flush)));
    if (!isReboundAwaited) conclude(flush);
    let isInnerPurgedAgain = false;
    for (const tier of tiers) {
      const due = tier.filter(({ named }) => isInnerPurgedAgain || named.front.rebounds);
      if (due.length === 0) continue;
      await Promise.all(due.map((station) => rebound(station, rows, flush)));
      isInnerPurgedAgain = true;
    }
    conclude(flush);
  }

  async function rebound(station: Station, rows: readonly LogRow[], flush: Flush): Promise<void> {
    const { name, front } = station.named;
    const state = flush.states.get(name) as Progress;
    if (state.state === "failed") return;
    if (front.rebounds) {
      state.state = "rebounding";
      await sleep(reboundMs);
    }
    await visit(station, rows, flush);
  }

  async function visit({ named, queue }: Station, rows: readonly LogRow[], flush: Flush): Promise<void> {
    const state = flush.states.get(named.name) as Progress;
    state.state = "purging";
    const onAttempt = () => {
      state.attempts += 1;
    };
    const purge = (mode: FrontMode) => {
      const targets = rows.filter((row) => (row.mode === "soft" ? "soft" : "hard") === mode);
      if (targets.length === 0) return Promise.resolve();
      const tags = frontTags(targets, hash, named.front.limits.jobTags);
      return queue.purge({ tags, mode, onAttempt });
    };
    try {
      await Promise.all([purge("hard"), purge("soft")]);
      state.state = "purged";
    } catch (error) {
      if (!(error instanceof FrontError)) report(error);
      state.state = "failed";
      flush.errors.push(`front "${named.name}" was not purged: ${(error as Error).message}`);
    }
    state.durationMs = clock.monotonicMs() - flush.startMs;
  }

  function conclude(flush: Flush): void {
    if (flush.outcome) return;
    flush.outcome = { error: flush.errors.length === 0 ? null : flush.errors.join("; ") };
    onProgress();
  }

  function begin(job: Job): Flush {
    const states = tiers.flat().map(({ named }): [string, Progress] => {
      return [named.name, { front: named.name, state: "waiting", attempts: 0, durationMs: null }];
    });
    const flush: Flush = {
      startMs: clock.monotonicMs(),
      states: new Map(states),
      errors: [],
      outcome: null,
    };
    flushes.set(job.uuid, flush);
    run(job, flush).catch((error) => {
      // The log could not be read: the next look begins anew.
      flushes.delete(job.uuid);
      report(error);
    });
    return flush;
  }

  return {
    flush: (job) => (flushes.get(job.uuid) ?? begin(job)).outcome,
    view: (uuid) => [...(flushes.get(uuid)?.states.values() ?? [])].map((state) => ({ ...state })),
    health: () => tiers.flat().map(({ named, queue }) => ({ front: named.name, ...queue.counts() })),
    forget: (uuid) => void flushes.delete(uuid),
  };
}

/** Nearest to the servers first. */
function tiersOf(fronts: readonly NamedFront[]): NamedFront[][] {
  const byTier = Map.groupBy(fronts, ({ tier }) => tier);
  return [...byTier].sort(([one], [other]) => one - other).map(([, tier]) => tier);
}
