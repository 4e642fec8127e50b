/** The position of the purge log that a node had applied before it began a fetch. */
export interface Stamp {
  /**
   * Identity of the log, and of the node's unbroken following of it. Positions of another log say nothing about this one,
   * and neither do those that the log could not tell any more to be its own.
   */
  readonly logId: string;
  readonly seq: number;
  /** Job of the row at that position, where it is known: by it the log can tell. */
  readonly job?: string;
}

/** The newest purges that concern one request; 0 = none. `hard` is never above `due`, and `due` never above `any`. */
export interface PurgedAt {
  readonly any: number;
  /** What is older must not even be asked about, but fetched. */
  readonly hard: number;
  /** What is older must not be served any more, not even while the origin is asked: the window of a soft purge is over. */
  readonly due: number;
}

/**
 * What a purge log allows to be done with what was fetched at a stamp: `use` it; serve it, being `stale`, while the
 * origin is asked whether it still holds; ask first (`revalidate`); or `refetch` it unconditionally.
 */
export function judgeStamp(
  stamp: Stamp,
  logId: string,
  purged: PurgedAt,
): "use" | "stale" | "revalidate" | "refetch" {
  if (stamp.logId !== logId) return "revalidate";
  if (stamp.seq >= purged.any) return "use";
  if (stamp.seq >= purged.due) return "stale";
  return stamp.seq >= purged.hard ? "revalidate" : "refetch";
}
