import type { JobStatus } from "@freshet/core";

export type Scope = "original" | "urls" | "all";

/** An invalidation as purge-api tells it. Lists are empty until it knows. */
export interface Job {
  readonly status: JobStatus;
  readonly uuid: string;
  /** `2026-11-23 13:39:52.636426`, UTC. */
  readonly added_at: string;
  readonly scope: Scope;
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
}

export interface JobNode {
  readonly id: string;
  readonly state: "acked" | "lapsed" | "waiting";
}

/** Jobs in the list: what a person can look through. */
export const listLength = 20;

/** What `POST /invalidate` answers: the rest is filled in from what was sent, so the job can be shown at once. */
export type JobReceipt = Pick<Job, "status" | "uuid" | "added_at">;

export function jobFromReceipt(receipt: JobReceipt, scope: Scope, received: readonly string[] | null): Job {
  return {
    ...receipt,
    scope,
    urls: { received, invalidated: [], failed: [] },
    problems: [],
    done_at: null,
    duration_ms: null,
    error: null,
    nodes: [],
  };
}
