/** The position of the purge log that a node had applied before it began a fetch. */
export interface Stamp {
  /** Identity of the log; a restored or replaced log has another, and its positions say nothing about this one. */
  readonly logId: string;
  readonly seq: number;
}

/** The newest purges that concern one request; 0 = none. `hard` is never above `any`. */
export interface PurgedAt {
  readonly any: number;
  readonly hard: number;
}

/**
 * What a purge log allows to be done with what was fetched at a stamp:
 * `use` it, ask the origin whether it still holds (`revalidate`), or `refetch` it unconditionally.
 */
export function judgeStamp(stamp: Stamp, logId: string, purged: PurgedAt): "use" | "revalidate" | "refetch" {
  if (stamp.logId !== logId) return "revalidate";
  if (stamp.seq >= purged.any) return "use";
  return stamp.seq >= purged.hard ? "revalidate" : "refetch";
}
