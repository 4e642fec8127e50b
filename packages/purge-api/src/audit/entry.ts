import { describeTarget, type PurgeMode, type PurgeTarget } from "@freshet/core";
import type { Job } from "../log/log.ts";
import type { NewWarmup } from "../warmups/warmup.ts";
import type { Author, NewEntry } from "./audit.ts";

/** Targets that an entry names, and characters of each: what a person wants to see, at most a kilobyte. */
const namedTargets = 5;
const targetChars = 200;

/** What is written down of a run of a job, in the transaction that stores it. */
export function entriesOf(
  author: Author,
  job: Pick<Job, "uuid" | "token" | "scope" | "addedAt" | "rewarm">,
  rows: readonly (PurgeTarget & { readonly mode: PurgeMode })[],
): NewEntry[] {
  const entry: NewEntry = {
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
  return job.rewarm === 0 ? [entry] : [entry, { ...entry, action: "rewarm", count: job.rewarm }];
}

/** What is written down of a warm-up, in the transaction that stores it. */
export function warmupEntryOf(author: Author, warmup: NewWarmup): NewEntry {
  const { uuid, token, addedAt, urls } = warmup;
  return {
    ...author,
    ...{ at: addedAt, token, job: uuid, scope: null, mode: null },
    targets: urls.slice(0, namedTargets).map(cutShort),
    count: urls.length,
    ...{ outcome: "OK", endedAt: addedAt },
  };
}

export function cutShort(text: string): string {
  return text.length <= targetChars ? text : `${text.slice(0, targetChars - 1)}…`;
}
