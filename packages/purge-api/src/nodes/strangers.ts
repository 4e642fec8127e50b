import type { Clock } from "@freshet/core";

/** What it needs of the record of processes; see `membership.ts`. */
export interface SealedRecord {
  /** Whether the record, as it was found, names everybody who may hold a lease. */
  readonly isWhole: boolean;
  /** From now on it does. */
  seal(): void;
  /** From now on it may not. */
  unseal(): void;
}

/** Processes that may hold a lease although the record does not name them. */
export interface Strangers {
  /** Whether there may be any. */
  mayBe(): boolean;
  /** A process was put on record as one that may hold a lease, of which older copies say nothing: from now on they are told from it. */
  recorded(): void;
  /** The record turned out to be an older copy. */
  doubt(): void;
}

/** @param leaseMs longest time that a lease given before may still last, by the log's own count */
export function createStrangers(clock: Clock, record: SealedRecord, leaseMs: number): Strangers {
  let untilMs = record.isWhole ? Number.NEGATIVE_INFINITY : clock.monotonicMs() + leaseMs;
  let isSealed = record.isWhole;

  function mayBe(): boolean {
    if (clock.monotonicMs() < untilMs) return true;
    if (!isSealed) record.seal();
    isSealed = true;
    return false;
  }

  return {
    mayBe,
    recorded() {
      // Not while there may be strangers: after a crash they would be forgotten.
      if (!mayBe()) record.seal();
    },
    doubt() {
      untilMs = clock.monotonicMs() + leaseMs;
      isSealed = false;
      record.unseal();
    },
  };
}
