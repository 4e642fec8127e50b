import type { Invalidation, JobStatus, LogRow, Rewarmed } from "@freshet/core";
import type { Author } from "../audit/audit.ts";

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
  /** How many of what it purges each node makes again before the job is DONE. */
  readonly rewarm: number;
  /** What became of that, by node; `null` before, and if it was not come to. */
  readonly rewarmed: readonly NodeRewarm[] | null;
}

/** What one node made again. */
export interface NodeRewarm extends Pick<Rewarmed, "durationMs"> {
  readonly node: string;
  readonly rendered: number;
  /** Ready already, or the same as before. */
  readonly there: number;
  readonly failed: number;
  /** Those that failed first, and not all of many. */
  readonly pictures: Rewarmed["pictures"];
  /** Why nothing is known; `null` if it answered. */
  readonly problem: string | null;
}

/**
 * The durable side of purge-api: the totally ordered log, and the jobs whose rows it holds. It may be far away, and
 * other processes may write to it; what is asked for at every message is answered from memory.
 */
export interface PurgeLog {
  /** Identity of the log: random, made with it. */
  logId(): string;
  /**
   * Gives the log a new identity, which voids every stamp: to be done when it turns out to be an older copy of itself.
   * @param from the identity to replace; another one was replaced by somebody else meanwhile
   */
  renewId(from: string): Promise<void>;
  /**
   * Highest `seq` that is known here to be committed; 0 for an empty log. It has moved when `append` resolves. Rows of
   * another process may be there already: whoever must not miss one asks the database.
   */
  head(): number;
  /** Rows after a position, in order and without leaving one out that is there, at most `limit`. */
  read(after: number, limit: number): Promise<LogRow[]>;
  /**
   * Whether a node that says so has followed this log up to a position.
   * @param job of the row at the position; empty at position 0
   * @returns `yes`; `no`: the row is not there, or is another one, so this is an older copy of what it followed; or
   *   `forgotten`: the row was dropped, and nobody can tell any more
   */
  knows(seq: number, job: string): Promise<"yes" | "no" | "forgotten">;
  /** Rows that are kept, or more: what other processes drop is not counted at once. */
  size(): number;
  /**
   * Drops rows that newer ones cover, and folds the oldest until about four fifths of `maxRows` are left: see core's
   * `compact`. Only rows before the first job that runs are touched, and only for one another: what covers them has been
   * acknowledged by all who are waited for, also by those who are yet to catch up. Whenever it is interrupted, what is there purges
   * as much as before. To be called once at a time.
   * @param onStep for tests: called after each step of the writing, and waited for
   */
  compact(maxRows: number, onStep?: () => unknown): Promise<void>;
  /**
   * Stores job and rows in one transaction, on disk when it resolves. The rows of a job follow one another.
   *
   * @param once stored in the same transaction; `null` is returned, and nothing stored, if its key is there already
   * @param author for the audit, in the same transaction
   */
  append(token: string, invalidation: Invalidation, addedAt: number): Promise<Job>;
  append(
    token: string,
    invalidation: Invalidation,
    addedAt: number,
    once: Once | null,
    author?: Author | null,
  ): Promise<Job | null>;
  /** What a key stands for. @param now microseconds since 1970: a key is free again when its time is over */
  findOnce(token: string, key: string, now: number): Promise<{ bodyHash: string; uuid: string } | null>;
  /**
   * Gives a job that ended its rows once more, at the end of the log, and opens it again: in one transaction. What was
   * fetched since it ended is purged, too. Its times are those of the last run.
   *
   * @param rows those of the job, as `read` gives them
   * @param author for the audit, in the same transaction
   * @returns the job, or `null` if it is not final any more
   */
  again(job: Job, rows: readonly LogRow[], addedAt: number, author?: Author | null): Promise<Job | null>;
  watch(watcher: LogWatcher): void;
}

/** Who wants to know what other processes do with the log. */
export interface LogWatcher {
  /** Something may have changed: rows, jobs, or what nodes have done. */
  onNews(): void;
  /** Rows were committed. @param after seq before the first of them */
  onRows(after: number, rows: readonly LogRow[]): void;
}

/** A client's promise that requests with this key are one request (draft-ietf-httpapi-idempotency-key-header). */
export interface Once {
  readonly key: string;
  /** SHA-256 in hex. */
  readonly bodyHash: string;
  /** Microseconds since 1970. */
  readonly until: number;
}

/** Which jobs a list shows: those for which all of it holds. */
export interface JobFilter {
  /** `running`: neither DONE nor ERROR. */
  readonly status?: "running" | "DONE" | "ERROR" | undefined;
  readonly scope?: Job["scope"] | undefined;
  /** Stands in what was received or invalidated, or in the uuid, letter by letter. */
  readonly text?: string | undefined;
}

/** Where jobs are looked up and ended. */
export interface JobStore {
  get(token: string, uuid: string): Promise<Job | null>;
  /** Newest first. @param before only jobs older than this number */
  list(token: string, limit: number, before: number | null, filter?: JobFilter): Promise<Job[]>;
  /**
   * Jobs that are neither DONE nor ERROR and that this process has to settle, oldest first: its own, and those of
   * processes that are gone. To be asked at start and now and then.
   */
  claim(): Promise<Job[]>;
  /**
   * Forgets some of the oldest jobs that have ended, if they are too old or too many; what the audit shows of them stays.
   * What the log still remembers of dropped rows goes with them: see `PurgeLog.knows`.
   * @returns how many; to be called again until there are none
   */
  trim(bounds: JobBounds): Promise<number>;
  /**
   * Ends this run of a job, if it has not ended: another process may have done so, or begun it again.
   * @returns the job as it is now
   */
  finish(
    run: Pick<Job, "uuid" | "seqTo">,
    status: "DONE" | "ERROR",
    error: string | null,
    doneAt: number,
    rewarmed?: Job["rewarmed"],
  ): Promise<Job>;
}

/** Times are microseconds since 1970. */
export interface JobBounds {
  /** What ended before goes. */
  readonly from: number;
  /** So many of the newest stay, if they are not too old. */
  readonly entries: number;
  /** What was accepted since then stays in any case. */
  readonly young: number;
}

/** Jobs that are looked at, and forgotten, at once: each from the oldest on. */
export const trimJobsStep = 500;

/** Statuses of jobs that have ended. */
export const finalStatuses: Job["status"][] = ["DONE", "ERROR"];

/** Number of a job's first row: its rows follow one another, one for each thing that it invalidated. */
export function firstRowOf({ seqTo, invalidated }: Pick<Job, "seqTo" | "invalidated">): number {
  return seqTo - invalidated.length + 1;
}

/** The rows that `append` stored for a job, without reading them again. */
export function rowsOf(job: Job, { rows }: Invalidation): LogRow[] {
  const after = job.seqTo - rows.length;
  return rows.map(({ target, mode }, at) => ({ seq: after + at + 1, job: job.uuid, ...target, mode }));
}
