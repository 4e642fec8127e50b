import type { Warmed } from "@freshet/core";
import type { NewEntry } from "../audit/audit.ts";
import type { Once } from "../log/log.ts";

/** What became of a warm-up's pictures on one node. */
export interface WarmedCount {
  readonly rendered: number;
  /** Ready already. */
  readonly there: number;
  readonly failed: number;
}

export interface WarmupFailure {
  readonly url: string;
  readonly node: string;
  readonly reason: string;
}

/** Pictures that are to be ready on every node before anybody asks for them. */
export interface Warmup {
  readonly uuid: string;
  readonly token: string;
  /** The `Accept` that they are made for. */
  readonly accept: string;
  readonly total: number;
  /** Pictures whose turn has not come. */
  readonly waiting: number;
  readonly nodes: Readonly<Record<string, WarmedCount>>;
  /** The first of them. */
  readonly failures: readonly WarmupFailure[];
  /** Microseconds since 1970. */
  readonly addedAt: number;
  readonly doneAt: number | null;
}

/** The next pictures of the oldest warm-up that is not done. */
export interface WarmupBatch {
  readonly warmup: Pick<Warmup, "uuid" | "token" | "accept">;
  readonly lines: readonly { readonly number: number; readonly url: string }[];
}

/** What each node says of a batch; one that said nothing is left out. */
export type BatchResults = ReadonlyMap<string, readonly Warmed[]>;

/** Where warm-ups are kept until they are done, and for some days after. */
export interface WarmupStore {
  /**
   * On disk when it resolves.
   * @param entry for the audit, in the same transaction
   * @param once if its key is known already, nothing is stored
   * @returns the warm-up, or the hash of the body that came with that key before, and the warm-up that was made of it
   */
  add(warmup: NewWarmup, once: Omit<Once, "until"> | null, entry?: NewEntry | null): Promise<Added>;
  get(token: string, uuid: string): Promise<Warmup | null>;
  /** Takes charge of what it returns: no other process is given it for a while. */
  next(limit: number): Promise<WarmupBatch | null>;
  /** Takes pictures off the list, and adds what became of them. @param now microseconds since 1970 */
  note(batch: WarmupBatch, results: BatchResults, now: number): Promise<void>;
  /** Those that were added before, in microseconds since 1970, and are done. */
  forget(addedBefore: number): Promise<void>;
}

export type NewWarmup = Pick<Warmup, "uuid" | "token" | "accept" | "addedAt"> & {
  readonly urls: readonly string[];
};

export interface Added {
  readonly warmup: Warmup;
  /** `null` if it is a new one. */
  readonly knownBodyHash: string | null;
}

/** Failures that are kept of one warm-up: enough to see what is wrong. */
const keptFailures = 100;

/** What a warm-up has come to with the results of one more batch. */
export function withResults(
  { nodes, failures }: Pick<Warmup, "nodes" | "failures">,
  results: BatchResults,
): Pick<Warmup, "nodes" | "failures"> {
  const counts: Record<string, WarmedCount> = { ...nodes };
  const failed = [...failures];
  for (const [node, warmed] of results) {
    const { rendered, there, failed: before } = counts[node] ?? { rendered: 0, there: 0, failed: 0 };
    const of = (state: Warmed["state"]) => warmed.filter((each) => each.state === state).length;
    counts[node] = {
      rendered: rendered + of("rendered"),
      there: there + of("there"),
      failed: before + of("failed"),
    };
    for (const { url, state, reason } of warmed) {
      if (state === "failed" && failed.length < keptFailures) failed.push({ url, node, reason });
    }
  }
  return { nodes: counts, failures: failed };
}
