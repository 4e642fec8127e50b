import type { PurgeMode, PurgeTarget } from "@freshet/core";

/** A job that is DONE, and whose fronts are to be purged once more. */
export interface PendingRebound {
  readonly job: string;
  /** Of its run. */
  readonly seqTo: number;
  /** What it purged: in the log that may be folded meanwhile. */
  readonly rows: readonly (PurgeTarget & { readonly mode: PurgeMode })[];
}

/** Where rebounds that nobody waits for outlive the process that owes them. */
export interface ReboundStore {
  /** On disk when it resolves. */
  add(rebound: PendingRebound): Promise<void>;
  remove(rebound: Pick<PendingRebound, "job" | "seqTo">): Promise<void>;
  /** Those that this process owes: its own, and those of processes that are gone. To be asked at start, and each second. */
  claim(): Promise<PendingRebound[]>;
}
