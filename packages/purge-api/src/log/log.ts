import type { Invalidation, JobStatus, LogRow } from "@freshet/core";

/** An accepted invalidation, as it is stored. */
export interface Job {
  readonly number: number;
  readonly uuid: string;
  readonly token: string;
  readonly scope: Invalidation["scope"];
  readonly received: readonly string[] | null;
  /** What is purged, in words: `/sample.li/flat.jpg`, `/sample.li/img/*`. */
  readonly invalidated: readonly string[];
  readonly failed: Invalidation["failed"];
  readonly status: JobStatus;
  readonly error: string | null;
  readonly seqTo: number;
  /** Microseconds since 1970. */
  readonly addedAt: number;
  readonly doneAt: number | null;
}

/** The durable side of purge-api: the totally ordered log, and the jobs whose rows it holds. */
export interface PurgeLog {
  /** Identity of the log: random, made with it. */
  logId(): string;
  /** Gives the log a new identity, which voids every stamp: to be done when it turns out to be an older copy of itself. */
  renewId(): void;
  /** Highest `seq` that is committed; 0 for an empty log. */
  head(): number;
  /** Rows after a position, in order, at most `limit`. */
  read(after: number, limit: number): LogRow[];
  /** Job of the row at a position; empty for position 0 and for rows that there are not. */
  jobAt(seq: number): string;
  /** Stores job and rows in one transaction, on disk when it returns. */
  append(token: string, invalidation: Invalidation, addedAt: number): Job;
}

/** Where jobs are looked up and ended. */
export interface JobStore {
  get(token: string, uuid: string): Job | null;
  /** Newest first. @param before only jobs older than this number */
  list(token: string, limit: number, before: number | null): Job[];
  /** Jobs that are neither DONE nor ERROR, oldest first. */
  open(): Job[];
  finish(uuid: string, status: "DONE" | "ERROR", error: string | null, doneAt: number): Job;
}
