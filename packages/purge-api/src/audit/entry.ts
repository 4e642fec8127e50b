import { describeTarget, type PurgeMode, type PurgeTarget } from "@freshet/core";
import type { Job } from "../log/log.ts";
import type { Author, NewEntry } from "./audit.ts";

/** Targets that an entry names, and characters of each: what a person wants to see, at most a kilobyte. */
const namedTargets = 5;
const targetChars = 200;

/** What is written down of a run of a job, in the transaction that stores it. */
export function entryOf(
  author: Author,
  job: Pick<Job, "uuid" | "token" | "scope" | "addedAt">,
  rows: readonly (PurgeTarget & { readonly mode: PurgeMode })[],
): NewEntry {
  return {
    ...author,
    at: job.addedAt,
    token: job.token,
    job: job.uuid,
    scope: job.scope,
    mode: [...new Set(rows.map(({ mode }) => mode))].join(", "),
    targets: rows.slice(0, namedTargets).map((row) => cutShort(describeTarget(row))),
    count: rows.length,
    // Until it is run again, its end is that of its job.
    outcome: null,
    endedAt: null,
  };
}

export function cutShort(text: string): string {
  return text.length <= targetChars ? text : `${text.slice(0, targetChars - 1)}…`;
}
