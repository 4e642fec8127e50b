import type { Rules } from "./rules.ts";
import type { Entry, Job, NodeState, Stamp, State } from "./state.ts";

/** Whether what was fetched at a stamp holds against every purge that the node knows of. */
export function holds(node: NodeState, { log, seq }: Stamp): boolean {
  return log === node.log && seq >= node.any;
}

/** Whether an entry may be served as stale: only soft purges are newer, and the window of the oldest is open. */
export function isServable({ mutant }: Rules, { jobs }: State, node: NodeState, { stamp }: Entry): boolean {
  const isOverrun = stamp.seq < node.hard && mutant !== "softHidesHard";
  if (stamp.log !== node.log || isOverrun || !node.staleSince) return false;
  return mutant === "softForEver" || mutant === "windowFromApply" || !jobs[node.staleSince - 1]?.windowIsOver;
}

/** The newest job that is DONE and can be held to. */
export function newestDone({ jobs }: State): number {
  return jobs.findLastIndex(({ status, isLost }) => status === "done" && !isLost) + 1;
}

/**
 * The promise (S1), and what a soft purge takes off it (S6): an answer to a request that began when job `need` was
 * DONE is as new as each job up to there, unless it is marked as stale and the job is a soft one whose window is open.
 */
export function keepsPromise({ jobs }: State, version: number, need: number, isMarked: boolean): boolean {
  return jobs
    .slice(version, need)
    .every((job) => job.isLost || job.mode === "other" || (isMarked && isOpenWindow(job)));
}

function isOpenWindow({ mode, windowIsOver }: Job): boolean {
  return mode === "soft" && !windowIsOver;
}
