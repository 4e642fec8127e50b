import { type InvalidationCall, readInvalidation } from "@freshet/core";
import { type Caller, checkGrant } from "../keys/grant.ts";
import type { RateLimit } from "../keys/rate-limit.ts";
import type { AskNodes, NodeAnswer } from "../nodes/ask-nodes.ts";

/** What an invalidation would touch. */
export interface DryRun {
  readonly invalidation: InvalidationCall;
  /** One entry for each process of a node that holds a lease. */
  readonly nodes: readonly NodeAnswer<"touched">[];
}

/** A node counts for half a second at most; the rest is for one that is busy. */
const answerWithinMs = 2_000;

/** Names of each kind that a person is shown. */
const sample = 10;

/**
 * Asks the nodes what an invalidation would touch, and writes nothing. It costs the key as much of its quota as the
 * invalidation would, since it makes as much work.
 *
 * @throws FreshetError, from the function that is returned: what `readInvalidation` finds wrong, `key_scope`, `quota_exceeded`
 */
export function createDryRun(deps: { askNodes: AskNodes; rateLimit: RateLimit }) {
  const { askNodes, rateLimit } = deps;
  return async (body: unknown, caller: Caller): Promise<DryRun> => {
    const invalidation = readInvalidation(body, caller.token);
    const targets = invalidation.rows.map(({ target }) => target);
    checkGrant(caller, invalidation.scope, targets);
    rateLimit.take(caller.grant, targets.length);
    const nodes = await askNodes({ kind: "touched", targets, sample }, answerWithinMs);
    return { invalidation, nodes };
  };
}

/** Whether a body asks for no more than this; what it says may still be wrong. */
export function isDryRun(body: unknown): boolean {
  const { dry_run: dryRun } = (typeof body === "object" && body !== null ? body : {}) as {
    dry_run?: unknown;
  };
  return dryRun !== undefined && dryRun !== false;
}
