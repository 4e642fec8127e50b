import type { Stamp } from "@freshet/core";
import { type Lines, logOf } from "./lines.ts";

/**
 * Where a node is in the log, and what its stamps are compared by: the line, which is the log's identity and this
 * unbroken following of it. A line outlives the process, in the stamps on its disk, and the processes of one folder share it.
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
  /**
   * From the beginning of a log. No stamp from before counts any more.
   * @returns false: another process of this data folder follows it already. Its line is joined, and the log must be asked
   *   whether that counts.
   */
  beginAnew(logId: string): boolean;
}

/** @param boot random, new for each process */
export function createCursor(boot: string, lines: Lines): Cursor {
  let line = lines.newest()?.logId ?? "";
  let begun = 0;
  let applied = 0;
  let job = "";
  const stamp = () => ({ logId: line, seq: applied, job });
  return {
    get logId() {
      return logOf(line);
    },
    get applied() {
      return applied;
    },
    stamp,
    newest() {
      const onDisk = lines.newest(line);
      return onDisk && onDisk.seq > applied ? onDisk : stamp();
    },
    moveTo(row) {
      applied = row.seq;
      job = row.job;
    },
    beginAnew(logId) {
      begun++;
      const own = `${logId}/${boot}.${begun}`;
      line = lines.begin(own, line).logId;
      applied = 0;
      job = "";
      return line === own;
    },
  };
}
