import type { Job } from "../log/log.ts";

/**
 * `hook`: a storage or another program told that an object changed. `rewarm`: a purge, which has an entry of its own, also
 * has pictures made again. `refused`: somebody was kept from something.
 */
export const auditActions = [
  "invalidate",
  "restart",
  "hook",
  "rewarm",
  "warmup",
  "remove_node",
  "refused",
] as const;

export type AuditAction = (typeof auditActions)[number];

/** Who does something that is written down together with what it does. */
export interface Author {
  readonly action: AuditAction;
  /** Name of the key, never the key itself. */
  readonly key: string;
  /** IP address; `null` where nobody knows. */
  readonly address: string | null;
}

/** One line of the record: who did what, when, from where, and how it ended. */
export interface AuditEntry {
  readonly number: number;
  /** Microseconds since 1970: of a job, when this run of it was accepted. */
  readonly at: number;
  readonly action: AuditAction;
  /** `null` where the key was not known, and of what concerns all tokens: only the node key gets to see it. */
  readonly token: string | null;
  readonly key: string | null;
  readonly address: string | null;
  readonly job: string | null;
  readonly scope: Job["scope"] | null;
  /** The modes of its rows, as `hard, revalidate`. */
  readonly mode: string | null;
  /** The first few, cut short; of what was refused, which request. */
  readonly targets: readonly string[];
  /** How many targets there were; of a rewarm, how many pictures; of what was refused, how many times within a minute. */
  readonly count: number;
  /** `RECEIVED` while a job runs, then `DONE` or `ERROR`; `OK`; or the code of the refusal. */
  readonly outcome: string | null;
  /** When the job ended, or the last of the refusals came, microseconds since 1970. */
  readonly endedAt: number | null;
}

export type NewEntry = Omit<AuditEntry, "number">;

/** Entries for which all of it holds. */
export interface AuditFilter {
  readonly action?: AuditAction | undefined;
  readonly outcome?: string | undefined;
  readonly key?: string | undefined;
  readonly address?: string | undefined;
  readonly job?: string | undefined;
  /** Microseconds since 1970, the first included and the second not. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface AuditQuery extends AuditFilter {
  /** `null`: of all, and of none. */
  readonly token: string | null;
  readonly limit: number;
  /** Only entries with a smaller number. */
  readonly before: number | null;
}

/** What is kept: the youngest. */
export interface AuditBounds {
  /** Entries from before this are removed, microseconds since 1970. */
  readonly from: number;
  readonly entries: number;
  readonly refusals: number;
}

/**
 * The record, in the log's database. What a purge is written down as is stored in the transaction of its job: see
 * `PurgeLog.append` and `again`.
 */
export interface AuditStore {
  /** @returns the entry's number */
  add(entry: NewEntry): Promise<number>;
  /** The same happened again, the last time at `endedAt`. */
  addTo(number: number, count: number, endedAt: number): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<AuditEntry[]>;
  /** Removes some of what is beyond the bounds. @returns how many; to be called until it is none */
  trim(bounds: AuditBounds): Promise<number>;
}

/** Entries that are removed in one step: a few milliseconds, in which nothing else is answered. */
export const trimStep = 5_000;
