import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { nodeName } from "./node-name.ts";
import { takeLock } from "./take-lock.ts";

/** The place of one process among those that share a data folder; the next process to take it has its name. */
export interface ProcessSeat {
  /** Name of the node, as the purge log knows it. */
  readonly node: string;
  /** A file for this seat alone. @param name such as `erased.json` */
  file(name: string): string;
  leave(): void;
}

/** More processes than a machine has cores. */
const seats = 1_024;

/** Takes the first free one. @throws Error if there is none, or nothing can be written */
export function takeSeat(dataDir: string): ProcessSeat {
  const folder = join(dataDir, "processes");
  mkdirSync(folder, { recursive: true });
  for (let seat = 0; seat < seats; seat++) {
    const lock = takeLock(join(folder, `${seat}.lock`));
    if (lock === null) continue;
    const base = nodeName(join(dataDir, "node-name"));
    return {
      node: seat === 0 ? base : `${base}-${seat}`,
      file: (name) => join(folder, `${seat}-${name}`),
      leave: lock.release,
    };
  }
  throw new Error(`${folder}: ${seats} processes share this folder already`);
}
