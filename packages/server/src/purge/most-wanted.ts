import { createRegistry, type PurgeTarget } from "@freshet/core";
import type { GoOn } from "../budget.ts";
import type { Wanted } from "../demand/demand.ts";
import { hashText } from "../hash.ts";

/**
 * Finds the pictures that are asked for most among those that a purge reaches: by themselves, by one of their originals,
 * or by a tag that one of those had when it was asked for last.
 *
 * @returns at most `count`, the most wanted first; of those that were looked at when the time was over
 */
export async function mostWanted(
  pictures: Iterable<Wanted>,
  targets: readonly PurgeTarget[],
  count: number,
  goOn: GoOn,
): Promise<readonly Wanted[]> {
  const isReached = createIsReached(targets);
  let best: Wanted[] = [];
  const cut = () => best.sort((a, b) => b.requests - a.requests).slice(0, count);
  for (const wanted of pictures) {
    if (!(await goOn())) break;
    if (!isReached(wanted)) continue;
    best.push(wanted);
    if (best.length >= 4 * count) best = cut();
  }
  return cut();
}

function createIsReached(targets: readonly PurgeTarget[]) {
  const registry = createRegistry(targets.length + 1, hashText);
  for (const [at, target] of targets.entries()) {
    registry.apply({ ...target, seq: at + 1, job: "", mode: "hard" });
  }
  return ({ token, inputs, requestKey, tags }: Wanted): boolean =>
    inputs.some((origin) => registry.purgedAt(token, origin, requestKey, tags).any > 0);
}
