import type { Bounded } from "./state.ts";

/** Everything that the protocol does otherwise than it must, one at a time: each of these breaks the promise. */
export const mutants = {
  // The eight of DESIGN section 4.
  deleteOnApply: "a purge deletes the entry instead of raising what stamps are held against",
  stampAtStore: "the stamp is taken when the answer is stored",
  joinAnyFlight: "a request joins any running fetch",
  doneWithoutAcks: "DONE waits for nobody",
  serveAfterLease: "a node goes on serving after its lease",
  logClockFirst: "the log's clock may end a lease before the node's does",
  unstampedDisk: "entries on disk count as new after a restart",
  joinWithoutCatchingUp: "a lease is given to a node that has not applied the whole log",

  // A node that joins while rows are added.
  goalUnwaited: "a lease is given at where the head once was, although jobs did not wait for the node since",

  // The log's process.
  holdersForgotten: "the log forgets at its restart who may hold a lease",
  noGrace: "a restored log does not wait for leases that it never heard of",

  // The log's identity.
  idNotRenewed: "a restored copy of the log keeps its identity",
  headOnly: "a restored copy is only noticed by a head below the node's cursor",
  cursorNotOnDisk: "a restarted node tells the log nothing of the stamps on its disk",

  // Compaction.
  dropsUncovered: "a row is dropped that no newer one covers",
  coveredByRunning: "a row is dropped for one whose job still runs",
  dropsRunning: "rows are dropped up to one too far: of the first job that still runs",
  softCoversHard: "a soft purge covers a hard one",
  foldsIntoOldest: "rows are folded into one with the number of the oldest of them",
  forgottenCounts: "stamps count although the log has forgotten what the node's last row was",

  // The cache in front.
  noRebound: "the front is purged once",
  frontsBeforeNodes: "the front is purged before the nodes",
  lateIsStorable: "an answer from before a purge that came meanwhile may be kept by the front",
  fencedIsStorable: "an answer of a node without a lease may be kept by the front",

  // Soft purges.
  softForEver: "old bytes are served however old the soft purge is",
  windowFromApply: "the window is counted from when the node applied the row",
  windowOfNewest:
    "the window is counted from the newest soft purge, not from the oldest that the bytes are older than",
  softHidesHard: "a soft purge after a hard one makes the old bytes servable",
  staleUnmarked: "old bytes are served without saying so",
  staleIsStorable: "old bytes that are served in the window may be kept by the front",
} as const;

export type Mutant = keyof typeof mutants;

/** `other`: a hard purge of something else. */
export type Mode = "hard" | "soft" | "other";

/** How often each thing may happen, and what there is: what makes the number of states finite. */
export interface World {
  readonly nodes: number;
  readonly purges: number;
  /** Of each purge, any of these. */
  readonly modes: readonly Mode[];
  /** Of the first purge, the second, and so on, instead of `modes`. */
  readonly script: readonly Mode[];
  /** So many purges of something else have been, and every node has applied them and fetched the original since. */
  readonly begun: number;
  readonly hasFront: boolean;
  /** Fetches that one node runs at the same time: two are enough for one that is late and one that is not. */
  readonly flights: number;
  readonly limits: Readonly<Record<Bounded, number>>;
}

/** A world, and the one rule that is broken in it. */
export interface Rules extends World {
  readonly mutant: Mutant | null;
}
