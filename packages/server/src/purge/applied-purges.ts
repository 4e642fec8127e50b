import { type Clock, createRegistry, type LogRow, limits } from "@freshet/core";
import { hashText } from "../hash.ts";
import type { PurgeEpoch, PurgePosition } from "./position.ts";
import { createSoftWindows } from "./soft-windows.ts";

/** What the rows that a node has applied say, and for how long soft purges among them have been in force. */
export interface AppliedPurges extends Pick<PurgePosition, "purgedAt">, Pick<PurgeEpoch, "epoch"> {
  /**
   * @param rows at least one, in order
   * @param isLeased whether the node has been told of everything so far. What came while it was not may have been
   *   purged long ago, so it is past its window.
   */
  apply(rows: readonly LogRow[], isLeased: boolean): void;
  /** Another log begins. */
  forget(): void;
}

export function createAppliedPurges(clock: Clock, softWindowMs: number): AppliedPurges {
  const newRegistry = () => createRegistry(limits.registryEntries, hashText);
  const windows = createSoftWindows(clock, softWindowMs);
  let registry = newRegistry();
  let changes = 0;
  return {
    apply(rows, isLeased) {
      changes++;
      for (const row of rows) registry.apply(row);
      const { seq } = rows.at(-1) as LogRow;
      if (isLeased) windows.begin(seq);
      else registry.settle(seq);
    },
    purgedAt(token, origin, requestKey, tags) {
      registry.settle(windows.endedUpTo());
      return registry.purgedAt(token, origin, requestKey, tags);
    },
    epoch: () => changes,
    forget() {
      changes++;
      registry = newRegistry();
      windows.endAll();
    },
  };
}
