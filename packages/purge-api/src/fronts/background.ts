import type { PendingRebound, ReboundStore } from "./rebound-store.ts";
import type { Rows, Tour } from "./tour.ts";

/** Rebounds that no job waits for. */
export interface Background {
  /**
   * Writes down that a rebound is owed.
   * @returns whether it is: if not, as on a full disk, the job has to wait for its rebound
   */
  owe(pending: PendingRebound): Promise<boolean>;
  /** Carries out what is owed on a tour that has been there once. */
  settle(pending: PendingRebound, tour: Tour): Promise<void>;
  /** Takes charge of what other processes owed, and this one before it ended. */
  takeOver(): Promise<void>;
}

/** For installations whose jobs wait for their rebound. */
export const noBackground: Background = {
  owe: async () => false,
  settle: async () => {},
  takeOver: async () => {},
};

/** @param report told of fronts that were not purged again: the job has been DONE for long */
export function createBackground(deps: {
  store: ReboundStore;
  plan: (rows: Rows) => Tour;
  report: (error: unknown) => void;
}): Background {
  const { store, plan, report } = deps;
  /** Runs of jobs whose rebound is carried out here. */
  const owed = new Set<string>();

  async function settle(pending: PendingRebound, tour: Tour): Promise<void> {
    await tour.rebound();
    for (const error of tour.errors) report(new Error(`after job ${pending.job} was DONE: ${error}`));
    // If it cannot be removed it is still owed: a later process then purges once more than it need.
    await store.remove(pending).then(() => owed.delete(runOf(pending)), report);
  }

  return {
    async owe(pending) {
      owed.add(runOf(pending));
      try {
        await store.add(pending);
        return true;
      } catch (error) {
        owed.delete(runOf(pending));
        report(error);
        return false;
      }
    },
    settle,
    async takeOver() {
      for (const pending of await store.claim()) {
        if (owed.has(runOf(pending))) continue;
        owed.add(runOf(pending));
        settle(pending, plan(pending.rows)).catch(report);
      }
    },
  };
}

function runOf({ job, seqTo }: PendingRebound): string {
  return `${seqTo} ${job}`;
}
