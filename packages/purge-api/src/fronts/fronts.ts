import type { LogRow } from "@freshet/core";
import type { Job } from "../log/log.ts";
import { type Background, noBackground } from "./background.ts";
import type { FrontHealth, FrontState, Rows, Tour } from "./tour.ts";

export interface FrontsOutcome {
  /** Which front was not purged and why; `null` if all were. */
  readonly error: string | null;
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
  /** Takes charge of rebounds that another process owed, or this one before it ended: at start, and each second. */
  takeOver(): Promise<void>;
  /** To be called when the job has ended. If it is started again, so is its way through the fronts. */
  forget(uuid: string): void;
}

/** For installations without a cache in front. */
export const noFronts: Fronts = {
  flush: () => ({ error: null }),
  view: () => [],
  health: () => [],
  takeOver: async () => {},
  forget: () => {},
};

interface Flush {
  tour: Tour | null;
  outcome: FrontsOutcome | null;
}

/**
 * Purges tier by tier, from the servers outwards, since an outer cache refills from an inner one (purge.md section 3,
 * race 4). Then once more, the rebound: each tier only when the one inside it is clean for good and everything that had
 * left it before had time to arrive (race 5).
 *
 * Nothing of this is stored as long as the job is waited for: it stays open, so that after a restart it begins anew. A
 * rebound in the background is written down before the job is DONE, and until it is over.
 *
 * @param rowsOf the job's rows of the log
 * @param background takes over the rebound; without it a job is DONE only after that
 * @param onProgress called whenever `flush` would answer something else
 */
export function createFronts(deps: {
  tours: { plan(rows: Rows): Tour; health(): readonly FrontHealth[] };
  rowsOf: (job: Job) => readonly LogRow[] | Promise<readonly LogRow[]>;
  background?: Background;
  onProgress: () => void;
  report: (error: unknown) => void;
}): Fronts {
  const { tours, rowsOf, background = noBackground, onProgress, report } = deps;
  const flushes = new Map<string, Flush>();

  async function run(job: Job, flush: Flush): Promise<void> {
    const rows = (await rowsOf(job)).map(({ seq: _, job: __, ...row }) => row);
    const tour = tours.plan(rows);
    flush.tour = tour;
    await tour.purge();
    const pending = { job: job.uuid, seqTo: job.seqTo, rows };
    if (await background.owe(pending)) {
      conclude(flush, tour);
      await background.settle(pending, tour);
    } else {
      await tour.rebound();
      conclude(flush, tour);
    }
  }

  function conclude(flush: Flush, { errors }: Tour): void {
    flush.outcome = { error: errors.length === 0 ? null : errors.join("; ") };
    onProgress();
  }

  function begin(job: Job): Flush {
    const flush: Flush = { tour: null, outcome: null };
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
    view: (uuid) => [...(flushes.get(uuid)?.tour?.states.values() ?? [])],
    health: tours.health,
    takeOver: background.takeOver,
    forget: (uuid) => void flushes.delete(uuid),
  };
}
