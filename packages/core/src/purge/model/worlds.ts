import type { Mode, Mutant, World } from "./rules.ts";
import { none } from "./state.ts";

const hard = ["hard"] as const;
const both = ["hard", "soft"] as const;
const mixed = ["hard", "other"] as const;

/** Two nodes and one hard purge, unless said otherwise. */
function world(parts: Partial<Omit<World, "limits">>, limits: Partial<World["limits"]>): World {
  return {
    ...{ nodes: 2, purges: 1, modes: hard, script: [], begun: 0, hasFront: false, flights: 2, ...parts },
    limits: { ...none, ...limits },
  };
}

/** One world for each thing that can go wrong, small enough for every run of the tests. */
export const smallWorlds = {
  nodes: world({}, { requests: 2, crashes: 1, waits: 1 }),
  restart: world({ nodes: 1 }, { requests: 2, restarts: 1, crashes: 1, waits: 1 }),
  restore: world({ nodes: 1, purges: 2, flights: 1 }, { requests: 2, crashes: 1, restores: 1, waits: 1 }),
  joining: world({ nodes: 1, purges: 2, flights: 1 }, { requests: 2, crashes: 1, drops: 1, waits: 3 }),
  compaction: world(
    { nodes: 1, purges: 3, script: ["hard", "other", "hard"], flights: 1 },
    { requests: 2, compactions: 2, waits: 1 },
  ),
  compactionSoft: world(
    { nodes: 1, purges: 2, script: ["soft", "hard"], flights: 1 },
    { requests: 2, compactions: 2, waits: 1 },
  ),
  /** What was restored goes on until the row that would tell is dropped. */
  forgotten: world(
    { nodes: 1, purges: 5, begun: 2, script: ["other", "other", "hard", "other", "other"], flights: 0 },
    { requests: 1, restores: 1, compactions: 1, waits: 1 },
  ),
  front: world({ nodes: 1, hasFront: true }, { requests: 3 }),
  soft: world({ nodes: 1, purges: 2, modes: both, flights: 1 }, { requests: 2, failures: 1 }),
  softFront: world({ nodes: 1, modes: both, hasFront: true }, { requests: 3 }),
} satisfies Record<string, World>;

export type WorldName = keyof typeof smallWorlds;

/** The same for minutes and gigabytes: `bun run model` says which of them it searched to the end. */
export const largeWorlds: Readonly<Record<WorldName, World>> = {
  nodes: world({ purges: 2 }, { requests: 2, crashes: 1 }),
  restart: world({}, { requests: 2, restarts: 1, drops: 1, waits: 1 }),
  restore: world({ nodes: 1, purges: 2 }, { requests: 2, crashes: 1, restores: 1, waits: 1 }),
  joining: world({ nodes: 1, purges: 3, flights: 1 }, { requests: 2, crashes: 1, drops: 1, waits: 3 }),
  compaction: world({ purges: 3, modes: mixed, flights: 1 }, { requests: 2, compactions: 2, waits: 1 }),
  compactionSoft: world({ nodes: 1, purges: 3, modes: both }, { requests: 2, crashes: 1, compactions: 2 }),
  forgotten: world(
    { nodes: 1, purges: 5, begun: 2, script: ["other", "other", "hard", "other", "other"], flights: 1 },
    { requests: 2, crashes: 1, restores: 1, compactions: 2 },
  ),
  front: world({ hasFront: true }, { requests: 2 }),
  soft: world({ nodes: 1, purges: 2, modes: both }, { requests: 2, crashes: 1, failures: 1 }),
  softFront: world({ nodes: 1, purges: 2, modes: both, hasFront: true }, { requests: 2, failures: 1 }),
};

const oneNode = world({ nodes: 1 }, { requests: 2, crashes: 1 });
const restoredAlive = world({ nodes: 1, purges: 2, flights: 1 }, { requests: 2, restores: 1 });
/** A purge, and rows of other things after it. */
const compacted = (...script: Mode[]) =>
  world({ nodes: 1, purges: script.length, script, flights: 1 }, { requests: 2, compactions: 2 });
const { restart, restore, forgotten, front, soft, softFront } = smallWorlds;

/** A world in which each mutant shows, as small as can be. */
export const caughtIn: Readonly<Record<Mutant, World>> = {
  ...{ deleteOnApply: oneNode, stampAtStore: oneNode, joinAnyFlight: oneNode, doneWithoutAcks: oneNode },
  ...{
    serveAfterLease: oneNode,
    logClockFirst: oneNode,
    unstampedDisk: oneNode,
    joinWithoutCatchingUp: oneNode,
    goalUnwaited: smallWorlds.joining,
  },
  holdersForgotten: restart,
  ...{
    noGrace: restoredAlive,
    idNotRenewed: restoredAlive,
    headOnly: restoredAlive,
    cursorNotOnDisk: restore,
  },
  coveredByRunning: smallWorlds.compaction,
  dropsUncovered: compacted("hard", "other"),
  dropsRunning: compacted("hard", "other", "hard"),
  softCoversHard: compacted("hard", "soft"),
  foldsIntoOldest: compacted("hard", "hard", "other"),
  forgottenCounts: forgotten,
  ...{ noRebound: front, frontsBeforeNodes: front, lateIsStorable: front, fencedIsStorable: front },
  ...{ softForEver: soft, windowFromApply: soft, windowOfNewest: soft, softHidesHard: soft },
  ...{ staleUnmarked: soft, staleIsStorable: softFront },
};
