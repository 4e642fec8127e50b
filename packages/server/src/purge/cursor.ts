import type { Stamp } from "@freshet/core";

/**
 * Where a node is in the log, and what its stamps are compared by: the line, which is the log's identity and this
 * unbroken following of it. A line outlives the process, in the stamps on its disk.
 */
export interface Cursor {
  /** Empty at first. */
  readonly logId: string;
  readonly applied: number;
  /** What a fetch that begins now is stamped with. */
  stamp(): Required<Stamp>;
  /** The newest position that anything of this line is stamped with, in memory or on the disk. */
  newest(): Required<Stamp>;
  moveTo(row: { readonly seq: number; readonly job: string }): void;
  /** From the beginning of a log. No stamp from before counts any more. */
  beginAnew(logId: string): void;
}

/**
 * @param boot random, new for each process
 * @param newestOnDisk the stamp of the newest pointer
 */
export function createCursor(boot: string, newestOnDisk: () => Required<Stamp> | null): Cursor {
  let line = newestOnDisk()?.logId ?? "";
  let lines = 0;
  let applied = 0;
  let job = "";
  const stamp = () => ({ logId: line, seq: applied, job });
  return {
    get logId() {
      return line.split("/", 1)[0] as string;
    },
    get applied() {
      return applied;
    },
    stamp,
    newest() {
      const onDisk = newestOnDisk();
      return onDisk?.logId === line && onDisk.seq > applied ? onDisk : stamp();
    },
    moveTo(row) {
      applied = row.seq;
      job = row.job;
    },
    beginAnew(logId) {
      lines++;
      line = `${logId}/${boot}.${lines}`;
      applied = 0;
      job = "";
    },
  };
}
