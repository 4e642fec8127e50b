import { type Clock, frontTags, type HashText } from "@freshet/core";
import { type Front, FrontError, type FrontMode } from "./front.ts";
import { createFrontQueue, type FrontCounts, type FrontQueue } from "./front-queue.ts";
import type { PendingRebound } from "./rebound-store.ts";
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

export interface FrontHealth extends FrontCounts {
  readonly front: string;
}

/** What is to be purged. */
export type Rows = PendingRebound["rows"];

/** One way through all fronts. */
export interface Tour {
  /** Tier by tier, from the servers outwards. */
  purge(): Promise<void>;
  /** Once more: each tier only when the one inside it is clean for good. */
  rebound(): Promise<void>;
  readonly states: ReadonlyMap<string, FrontState>;
  /** Which front was not purged and why; those that were not are left out of the rebound. */
  readonly errors: readonly string[];
}

interface Station {
  readonly named: NamedFront;
  readonly queue: FrontQueue;
}

/** @returns a function that plans a tour, and what happened to each front since the start */
export function createTours(deps: {
  fronts: readonly NamedFront[];
  clock: Clock;
  sleep: Sleep;
  hash: HashText;
  reboundMs: number;
  deadlineMs: number;
  report: (error: unknown) => void;
}) {
  const { clock, sleep, hash, reboundMs, deadlineMs, report } = deps;
  const tiers = tiersOf(deps.fronts).map((tier) =>
    tier.map((named) => ({
      named,
      queue: createFrontQueue({ front: named.front, clock, sleep, deadlineMs }),
    })),
  );

  function plan(rows: Rows): Tour {
    const states = new Map(
      tiers.flat().map(({ named: { name } }): [string, FrontState] => {
        return [name, { front: name, state: "waiting", attempts: 0, durationMs: null }];
      }),
    );
    const errors: string[] = [];
    const startMs = clock.monotonicMs();

    function set(name: string, change: (before: FrontState) => Partial<FrontState>): void {
      const before = states.get(name) as FrontState;
      states.set(name, { ...before, ...change(before) });
    }

    async function visit({ named: { name, front }, queue }: Station): Promise<void> {
      set(name, () => ({ state: "purging" }));
      const onAttempt = () => set(name, ({ attempts }) => ({ attempts: attempts + 1 }));
      const orders = (["hard", "soft"] as const).flatMap((mode) => {
        const tags = tagsOf(rows, mode, hash, front.limits.jobTags);
        return tags.length === 0 ? [] : queue.purge({ tags, mode, onAttempt });
      });
      let state: FrontState["state"] = "purged";
      try {
        await Promise.all(orders);
      } catch (error) {
        if (!(error instanceof FrontError)) report(error);
        state = "failed";
        errors.push(`front "${name}" was not purged: ${(error as Error).message}`);
      }
      set(name, () => ({ state, durationMs: clock.monotonicMs() - startMs }));
    }

    async function revisit(station: Station): Promise<void> {
      const { name, front } = station.named;
      if (states.get(name)?.state === "failed") return;
      if (front.rebounds) {
        set(name, () => ({ state: "rebounding" }));
        await sleep(reboundMs);
      }
      await visit(station);
    }

    return {
      async purge() {
        for (const tier of tiers) await Promise.all(tier.map(visit));
      },
      async rebound() {
        let isInnerPurgedAgain = false;
        for (const tier of tiers) {
          const due = tier.filter(({ named }) => isInnerPurgedAgain || named.front.rebounds);
          if (due.length === 0) continue;
          await Promise.all(due.map(revisit));
          isInnerPurgedAgain = true;
        }
      },
      states,
      errors,
    };
  }

  const health = () => tiers.flat().map(({ named, queue }) => ({ front: named.name, ...queue.counts() }));
  return { plan, health };
}

/** Only what is soft at the servers is soft at a front. */
function tagsOf(rows: Rows, mode: FrontMode, hash: HashText, jobTags: number): readonly string[] {
  const targets = rows.filter((row) => (row.mode === "soft" ? "soft" : "hard") === mode);
  return targets.length === 0 ? [] : frontTags(targets, hash, jobTags);
}

/** Nearest to the servers first. */
function tiersOf(fronts: readonly NamedFront[]): NamedFront[][] {
  const byTier = Map.groupBy(fronts, ({ tier }) => tier);
  return [...byTier].sort(([one], [other]) => one - other).map(([, tier]) => tier);
}
