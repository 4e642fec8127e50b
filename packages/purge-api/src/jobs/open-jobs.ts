import type { Job } from "../log/log.ts";
import type { HolderState } from "../nodes/membership.ts";

/** A job that has not ended. */
export interface Open {
  readonly job: Job;
  readonly sinceMs: number;
  /** How many were added before it. */
  readonly turn: number;
  /** How long after it was accepted each node was seen to keep it waiting no more, ms. */
  readonly nodeMs: Map<string, number>;
  /** What they had done when none had to be waited for any more; `null` before. */
  nodes: readonly HolderState[] | null;
  readonly waiters: (() => void)[];
}

export interface OpenJobs {
  add(job: Job, sinceMs: number): void;
  /** @returns who waits for this run of the job; another run may have begun meanwhile */
  leave(job: Job): readonly (() => void)[];
  of(uuid: string): Open | undefined;
  /** Jobs that nodes are waited for, in the order of their rows: a node that keeps one waiting keeps all after it. */
  waiting(): Iterable<Open>;
  /** No node is waited for any more. */
  pass(entry: Open, nodes: readonly HolderState[]): void;
  /** Those that have passed. */
  passed(): readonly Open[];
  /** How many were ever added. */
  readonly turns: number;
  readonly size: number;
}

export function createOpenJobs(): OpenJobs {
  const open = new Map<string, Open>();
  const passed = new Set<Open>();
  let waiting = new Set<Open>();
  let lastSeq = 0;
  let turns = 0;

  function remove(entry: Open): void {
    open.delete(entry.job.uuid);
    waiting.delete(entry);
    passed.delete(entry);
  }

  return {
    add(job, sinceMs) {
      const before = open.get(job.uuid);
      if (before) remove(before);
      const entry = { job, sinceMs, turn: turns++, nodeMs: new Map(), nodes: null, waiters: [] };
      if (waiting.size === 0) lastSeq = 0;
      open.set(job.uuid, entry);
      waiting.add(entry);
      // Rare: one that another process left behind, or that overtook another on its way here.
      if (job.seqTo < lastSeq) waiting = new Set([...waiting].sort((a, b) => a.job.seqTo - b.job.seqTo));
      else lastSeq = job.seqTo;
    },
    leave({ uuid, seqTo }) {
      const entry = open.get(uuid);
      if (entry?.job.seqTo !== seqTo) return [];
      remove(entry);
      return entry.waiters;
    },
    of: (uuid) => open.get(uuid),
    waiting: () => waiting,
    pass(entry, nodes) {
      entry.nodes = nodes;
      waiting.delete(entry);
      passed.add(entry);
    },
    passed: () => [...passed],
    get turns() {
      return turns;
    },
    get size() {
      return open.size;
    },
  };
}
