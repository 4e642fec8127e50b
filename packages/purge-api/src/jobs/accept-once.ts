import { type Clock, FreshetError } from "@freshet/core";
import type { Caller } from "../keys/grant.ts";
import type { Job, JobStore, PurgeLog } from "../log/log.ts";
import type { Accept } from "./accept.ts";

/** How long a key stands for one request: longer than any client goes on trying. */
export const onceForMs = 24 * 3_600_000;

/** A request that may come more than once. */
export interface Attempt {
  readonly key: string;
  /** SHA-256 of the body in hex. */
  readonly bodyHash: string;
  readonly caller: Caller;
  body(): unknown;
}

export type AcceptOnce = (attempt: Attempt) => Promise<Job>;

/**
 * Accepts an invalidation once, however often it is asked for: the key is stored together with the job, so it holds
 * exactly if the job does, also after a crash between the two.
 *
 * @throws FreshetError, from the function that is returned: `key_in_use` while the first request runs,
 *   `key_reused` for another body, and what `accept` throws
 */
export function createAcceptOnce(deps: {
  clock: Clock;
  log: PurgeLog & JobStore;
  accept: Accept;
}): AcceptOnce {
  const { clock, log, accept } = deps;
  const running = new Set<string>();

  async function accepted({ key, bodyHash, caller, body }: Attempt): Promise<Job> {
    const { token } = caller;
    const nowMs = clock.wallMs();
    const before = await log.findOnce(token.name, key, Math.round(nowMs * 1000));
    if (!before) {
      const until = Math.round((nowMs + onceForMs) * 1000);
      return accept(body(), caller, { key, bodyHash, until });
    }
    if (before.bodyHash !== bodyHash) {
      throw new FreshetError("key_reused", "this Idempotency-Key was sent with another body before");
    }
    const job = await log.get(token.name, before.uuid);
    if (!job) throw new Error(`the job ${before.uuid} of an idempotency key is gone`);
    // The same answer as the first time.
    return { ...job, status: "RECEIVED" };
  }

  return async (attempt) => {
    const id = `${attempt.caller.token.name} ${attempt.key}`;
    if (running.has(id)) {
      throw new FreshetError("key_in_use", "a request with this Idempotency-Key is being accepted");
    }
    running.add(id);
    try {
      return await accepted(attempt);
    } finally {
      running.delete(id);
    }
  };
}
