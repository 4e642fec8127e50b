import type { Mode } from "./rules.ts";

/*
 * One original, some nodes, one log, and at most one cache in front. Versions of the original count from 0, and job n is
 * accepted when the original has version n, so "as new as job n" reads `version >= n`. Job 0 stands for none. Some jobs purge something else: they are there for their
 * rows, which other rows can be missed behind.
 */

/** Position 0 is the beginning of a log; `job` is that of the row there, 0 if there is none. */
export interface Stamp {
  readonly log: number;
  readonly seq: number;
  readonly job: number;
}

/** What a node has on disk of the original. It survives the process. */
export interface Entry {
  readonly version: number;
  readonly stamp: Stamp;
}

/** A fetch from the origin with those who wait for it. */
export interface Flight {
  readonly stamp: Stamp;
  /** `null` until the origin has read its file. */
  readonly version: number | null;
  /** The newest job that was DONE when the last of those who wait began to. */
  readonly need: number;
  /** Begun without a lease: nobody joins it. */
  readonly fenced: boolean;
}

export interface Job {
  readonly status: "open" | "front purged" | "done";
  readonly mode: Mode;
  /** The time in which a soft purge lets old bytes be served is over. */
  readonly windowIsOver: boolean;
  /** Its rows went when an older copy of the log was put in place: nobody can be held to it any more. */
  readonly isLost: boolean;
}

export interface Log {
  /** Identity; each new one is a number that was never used. */
  readonly id: number;
  readonly ids: number;
  /** Job of each row: the row with number n is at n - 1. */
  readonly rows: readonly number[];
  /** Rows that are gone, as bits: 1 for the row with number 1, 2 for that with number 2, 4 … */
  readonly dropped: number;
  /** Those of them of which nothing tells any more whose they were. */
  readonly forgotten: number;
  /** Rows that were widened, and purge everything. */
  readonly wide: number;
  /** Just started: processes that this copy of the log never heard of may still hold leases. */
  readonly grace: boolean;
}

export interface NodeState {
  /** What the node has of the log's identity; 0 for none. */
  readonly log: number;
  readonly applied: number;
  /** Job of the last row that was applied. */
  readonly lastJob: number;
  /** The registry's answer for the original: newest row, newest hard row. */
  readonly any: number;
  readonly hard: number;
  /** Job of the oldest soft row that the entry is older than; `null`: there is one, and nothing is known about it. */
  readonly staleSince: number | null;
  readonly lease: boolean;
  readonly entry: Entry | null;
  readonly flights: readonly Flight[];

  /** The rest is what the log has of the node. Hello was said on the present connection. */
  readonly linked: boolean;
  readonly acked: number;
  readonly logLease: boolean;
  /** A granted lease is on its way to the node. */
  readonly granted: boolean;
  readonly caughtUp: boolean;
  /** The head from when on jobs wait for it until it has caught up; `null`: they do not, or it has. */
  readonly goal: number | null;
  /** The node's lease is from before the log's last start. */
  readonly leaseIsOld: boolean;
}

/** An answer on its way to the front, which may keep it; one that is marked `no-store` is forgotten as it arrives. */
export interface Wire {
  readonly version: number;
  /** The newest job that was DONE when the last of those who wait for it at the front began to. */
  readonly need: number;
  /** Jobs, as bits, whose first purge of the front came while this was on its way. */
  readonly overtakenBy: number;
}

export interface State {
  /** Of the original, at its origin. */
  readonly version: number;
  /** Job n is at n - 1. */
  readonly jobs: readonly Job[];
  readonly log: Log;
  readonly nodes: readonly NodeState[];
  /** Version that the front keeps, `null` for none. */
  readonly front: number | null;
  readonly wires: readonly Wire[];
  /** What happened so far of what is bounded. */
  readonly used: Readonly<Record<Bounded, number>>;
}

/** How often each of these has happened; `waits`: jobs begin to wait for a node that is yet to catch up. */
export const none = {
  requests: 0,
  crashes: 0,
  drops: 0,
  waits: 0,
  restarts: 0,
  restores: 0,
  compactions: 0,
  failures: 0,
};
export type Bounded = keyof typeof none;

const newNode: NodeState = {
  ...{ log: 1, applied: 0, lastJob: 0, any: 0, hard: 0, staleSince: 0, lease: true },
  ...{ entry: null, flights: [] },
  ...{
    linked: true,
    acked: 0,
    logLease: true,
    granted: false,
    caughtUp: true,
    goal: null,
    leaseIsOld: false,
  },
};

/** @param begun see `World` */
export function initialState(nodes: number, begun: number): State {
  const job: Job = { status: "done", mode: "other", windowIsOver: false, isLost: false };
  const rows = Array.from({ length: begun }, (_, at) => at + 1);
  const at = { applied: begun, acked: begun, lastJob: begun };
  const entry = begun === 0 ? null : { version: begun, stamp: { log: 1, seq: begun, job: begun } };
  return {
    version: begun,
    jobs: rows.map(() => job),
    log: { id: 1, ids: 1, rows, dropped: 0, forgotten: 0, wide: 0, grace: false },
    nodes: Array.from({ length: nodes }, () => ({ ...newNode, ...at, entry })),
    front: null,
    wires: [],
    used: { ...none },
  };
}

/** Nodes, flights and wires have no order: states that differ only in it are one. */
export function keyOf({ version, front, log, used, jobs, nodes, wires }: State): string {
  const { requests, crashes, drops, waits, restarts, restores, compactions, failures } = used;
  const sums = letters(
    ...[version, front ?? -1, log.id, log.ids, log.dropped, log.forgotten, log.wide, Number(log.grace)],
    ...[requests, crashes, drops, waits, restarts, restores, compactions, failures, jobs.length, ...log.rows],
  );
  return `${sums}${jobs.map(jobLetter).join("")}${sorted(nodes, nodeKey)}/${sorted(wires, wireKey)}`;
}

function jobLetter({ status, mode, windowIsOver, isLost }: Job): string {
  const stage = status === "open" ? 0 : status === "done" ? 1 : 2;
  const kind = mode === "hard" ? 0 : mode === "soft" ? 1 : 2;
  return letters(stage * 12 + kind * 4 + (windowIsOver ? 2 : 0) + (isLost ? 1 : 0));
}

function nodeKey(node: NodeState): string {
  const { lease, linked, logLease, granted, caughtUp, leaseIsOld, entry, flights } = node;
  const leases = (lease ? 1 : 0) + (logLease ? 2 : 0) + (granted ? 4 : 0) + (leaseIsOld ? 8 : 0);
  const flags = leases + (linked ? 16 : 0) + (caughtUp ? 32 : 0);
  const { log, applied, lastJob, any, hard, staleSince, acked, goal } = node;
  const own = letters(flags, log, applied, lastJob, any, hard, staleSince ?? -1, acked, goal ?? -1);
  const kept = entry ? letters(entry.version, entry.stamp.log, entry.stamp.seq, entry.stamp.job) : "";
  return `${own}${kept}.${sorted(flights, flightKey)};`;
}

function flightKey({ stamp, version, need, fenced }: Flight): string {
  return letters(stamp.log, stamp.seq, stamp.job, version ?? -1, need, Number(fenced));
}

function wireKey({ version, need, overtakenBy }: Wire): string {
  return letters(version, need, overtakenBy);
}

function sorted<T>(list: readonly T[], key: (item: T) => string): string {
  if (list.length < 2) return list.length === 0 ? "" : key(list[0] as T);
  return list.map(key).sort().join("");
}

/** Each small number as one letter, from `A` on; -1 is `@`. */
function letters(...numbers: number[]): string {
  for (let at = 0; at < numbers.length; at++) numbers[at] = (numbers[at] as number) + 65;
  return String.fromCharCode.apply(null, numbers);
}
