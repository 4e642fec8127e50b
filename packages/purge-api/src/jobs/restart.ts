import { type Clock, describeTarget, FreshetError, isFinal, type LogRow } from "@freshet/core";
import { authorOf, type Caller, checkGrant } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import { firstRowOf, type Job, type JobStore, type PurgeLog } from "../log/log.ts";
import type { Hub } from "../nodes/hub.ts";
import type { Settler } from "./settle.ts";

/** Runs a job again that ended. */
export type Restart = (caller: Caller, uuid: string) => Promise<Job>;

/**
 * A job that ended, in DONE or in ERROR, gets its rows once more: settling it again without them would say DONE of what
 * was fetched since. Everything else, and the order in which it happens, is as for a new one.
 *
 * @throws FreshetError `job_unknown`, `job_running`, `key_scope`, `quota_exceeded`, or `job_too_old` if its rows are no longer in the log
 */
export function createRestart(deps: {
  clock: Clock;
  log: PurgeLog & JobStore;
  hub: Hub;
  settler: Settler;
  rateLimit: RateLimit;
}): Restart {
  const { clock, log, hub, settler, rateLimit } = deps;
  return async (caller, uuid) => {
    const before = await log.get(caller.token.name, uuid);
    if (!before) throw new FreshetError("job_unknown", "no invalidation of this token has this uuid");
    if (!isFinal(before.status)) throw running();
    const count = before.invalidated.length;
    const rows = await log.read(firstRowOf(before) - 1, count);
    // Some may have been dropped, or be wider than they were.
    const isWhole = before.invalidated.every((name, at) => isRowOf(uuid, name, rows[at]));
    if (!isWhole) {
      throw new FreshetError("job_too_old", "the log no longer holds what it purged: send it anew");
    }
    checkGrant(caller, before.scope, rows);
    rateLimit.take(caller.grant, count + before.rewarm);
    const author = authorOf({ ...caller, action: "restart" });
    const job = await log.again(before, rows, Math.round(clock.wallMs() * 1000), author);
    if (!job) throw running();
    const after = job.seqTo - count;
    hub.push(
      after,
      rows.map((row, at) => ({ ...row, seq: after + at + 1 })),
    );
    void settler.add(job);
    return job;
  };
}

function isRowOf(job: string, name: string, row: LogRow | undefined): boolean {
  return row?.job === job && describeTarget(row) === name;
}

function running(): FreshetError {
  return new FreshetError("job_running", "the invalidation has not ended yet");
}
