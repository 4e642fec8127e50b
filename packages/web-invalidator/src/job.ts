import type { JobStatus, PathScope } from "@freshet/core";

/** What the form sends; tags are for programs. */
export type Scope = PathScope | "all";

/** What an invalidation in the history may have been. */
export type JobScope = Scope | "tag";

/** An invalidation as purge-api tells it. Lists are empty until it knows. */
export interface Job {
  readonly status: JobStatus;
  readonly uuid: string;
  /** `2026-11-23 13:39:52.636426`, UTC. */
  readonly added_at: string;
  readonly scope: JobScope;
  readonly urls: {
    readonly received: readonly string[] | null;
    readonly invalidated: readonly string[];
    readonly failed: readonly string[];
  };
  readonly problems: readonly { readonly url: string; readonly reason: string }[];
  readonly done_at: string | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly nodes: readonly JobNode[];
  readonly fronts: readonly FrontProgress[];
  /** Absent if nothing was to be made again. */
  readonly rewarm?: Rewarm;
}

export interface JobNode {
  readonly id: string;
  readonly state: "acked" | "lapsed" | "waiting";
  /** Until it had; `null` if that is not known. */
  readonly duration_ms: number | null;
  /** With mode `erase`. */
  readonly erased?: Amounts;
}

export interface FrontProgress {
  readonly id: string;
  readonly state: "waiting" | "purging" | "rebounding" | "purged" | "failed";
  readonly attempts: number;
  readonly duration_ms: number | null;
}

export interface Amounts {
  readonly originals: number;
  /** Pictures made of them. */
  readonly variants: number;
  readonly bytes: number;
}

/** What an order would touch, on all servers together: each has its own copies. */
export interface Reach extends Amounts {
  /** There may be more: a server did not answer in time, or has too much to count. */
  readonly at_least: boolean;
  /** Some of them. */
  readonly sample: { readonly originals: readonly string[]; readonly urls: readonly string[] };
}

/** Pictures that are made again before the job is DONE. */
export interface Rewarm {
  readonly state: "waiting" | "running" | "done" | "skipped";
  /** Empty before they are done. */
  readonly nodes: readonly RewarmNode[];
}

export interface RewarmNode {
  readonly id: string;
  readonly rendered: number;
  /** Ready already. */
  readonly there: number;
  readonly failed: number;
  /** Those that failed first, and not all of many. */
  readonly pictures: readonly { readonly url: string; readonly state: string; readonly reason: string }[];
  /** Why nothing is known; `null` if it answered. */
  readonly problem: string | null;
  readonly duration_ms: number;
}

/** What `POST /invalidate` answers: the rest is filled in from what was sent, so the job can be shown at once. */
export type JobReceipt = Pick<Job, "status" | "uuid" | "added_at">;

export function jobFromReceipt(
  receipt: JobReceipt,
  scope: JobScope,
  received: readonly string[] | null,
): Job {
  return {
    ...receipt,
    scope,
    urls: { received, invalidated: [], failed: [] },
    problems: [],
    done_at: null,
    duration_ms: null,
    error: null,
    nodes: [],
    fronts: [],
  };
}

/** Which jobs the history shows: purge-api's own words, empty for all. */
export interface JobFilter {
  readonly text: string;
  readonly status: "" | "running" | "DONE" | "ERROR";
  readonly scope: "" | JobScope;
}

export const noFilter: JobFilter = { text: "", status: "", scope: "" };

export interface JobPage {
  readonly jobs: readonly Job[];
  /** What to ask the page after it with; `null` if there is none. */
  readonly next: string | null;
}
