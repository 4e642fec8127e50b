import type { OriginRef, PurgedAt, Stamp } from "@freshet/core";

/** What a node knows of the purge log: all that `resolve` needs to decide. */
export interface PurgePosition {
  /** The position up to which every row has been applied, with its job if there is a log. */
  stamp(): Stamp;
  /** @param tags that the origin gave to what is known of it */
  purgedAt(token: string, origin: OriginRef, requestKey: string | null, tags: readonly string[]): PurgedAt;

  /**
   * `trusted`: every purge that is DONE is known here. Otherwise the node is cut off, and its fence says what to do:
   * ask the origin each time (`revalidate`), answer nothing (`refuse`), or go on, uncounted (`serve`).
   */
  trust(): "trusted" | "revalidate" | "refuse" | "serve";
}

/** What tells whether all that was decided before still holds. */
export interface PurgeEpoch extends Pick<PurgePosition, "trust"> {
  /** Another number each time that a row was applied, or another log begins. */
  epoch(): number;
}

/** A server without a purge log: nothing is ever purged, and what is cached may be used. */
export const standalone: PurgePosition & PurgeEpoch = {
  stamp: () => ({ logId: "standalone", seq: 0 }),
  purgedAt: () => ({ any: 0, hard: 0, due: 0 }),
  trust: () => "trusted",
  epoch: () => 0,
};
