import { type Clock, FreshetError, readInvalidation } from "@freshet/core";
import { authorOf, type Caller, checkGrant } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import { type Job, type Once, type PurgeLog, rowsOf } from "../log/log.ts";
import type { Hub } from "../nodes/hub.ts";
import type { Settler } from "./settle.ts";

/** Reads a body, stores what it asks for, and sets it going. */
export type Accept = (body: unknown, caller: Caller, once?: Once | null) => Promise<Job>;

/**
 * The order is the promise: the job is on disk before anybody hears of it, the nodes hear of it before the client
 * does, and DONE is decided only after the log's head has moved, so that no node can be given a lease without it.
 *
 * @throws FreshetError, from the function that is returned: what `readInvalidation` finds wrong, `key_scope`, `quota_exceeded`, and `key_in_use` if
 *   another request with the same idempotency key was faster
 */
export function createAccept(deps: {
  clock: Clock;
  log: PurgeLog;
  hub: Hub;
  settler: Settler;
  rateLimit: RateLimit;
  onAccept?: (job: Job) => void;
  /** Called when a job is on disk and nobody has heard of it yet: where a test lets the process die. */
  onCommit?: (() => void) | undefined;
}): Accept {
  const { clock, log, hub, settler, rateLimit, onAccept = () => {}, onCommit = () => {} } = deps;
  return async (body, caller, once = null) => {
    const { token, grant } = caller;
    const { dryRun, ...invalidation } = readInvalidation(body, token);
    if (dryRun) throw new FreshetError("bad_dry_run", "dry_run can only be asked for at /invalidate");
    const targets = invalidation.rows.map(({ target }) => target);
    checkGrant(caller, invalidation.scope, targets);
    // A picture that is made again costs as much as one that is warmed up.
    rateLimit.take(grant, targets.length + (invalidation.rewarm ?? 0));
    const addedAt = Math.round(clock.wallMs() * 1000);
    const job = await log.append(token.name, invalidation, addedAt, once, authorOf(caller));
    if (!job) throw new FreshetError("key_in_use", "a request with this Idempotency-Key is being accepted");
    onCommit();
    const rows = rowsOf(job, invalidation);
    hub.push(job.seqTo - rows.length, rows);
    onAccept(job);
    void settler.add(job);
    return job;
  };
}
