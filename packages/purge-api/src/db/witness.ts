import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import type { Db } from "./open.ts";
import { meta } from "./schema.ts";

/**
 * Tells a database that this installation used last from a copy of it that was put in its place: the copy knows
 * nothing of the nodes that came after it was made, and they may hold leases.
 */
export interface Witness {
  /** As of when it was opened. */
  readonly isContinued: boolean;
  /** From now on this database is the one. */
  renew(): void;
  /** From now on it is not certain any more. */
  revoke(): void;
}

/** For a database that no copy can replace, since it is in memory. */
export const noWitness: Witness = { isContinued: true, renew() {}, revoke() {} };

/**
 * A file beside the database, and in the database what the file looked like: its content, its number on the disk and
 * the time of its last change, which no program can set. A copy of the folder has other files, a copy of the database
 * alone remembers an older content, and a disk that was set back was set back while the machine was down (boot id).
 * A process that was killed leaves both as they were, so it is continued without waiting.
 *
 * Not found out: a file system that is rolled back under a running kernel between two runs of purge-api.
 */
export function openWitness(db: Db, file: string): Witness {
  const recorded = db.select({ witness: meta.witness }).from(meta).get()?.witness ?? null;
  const record = (witness: string | null) => void db.update(meta).set({ witness }).run();
  return {
    isContinued: recorded !== null && recorded === identify(file),
    renew() {
      const descriptor = openSync(file, "w");
      try {
        writeSync(descriptor, `${randomUUID()}\n`);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      record(identify(file));
    },
    revoke: () => record(null),
  };
}

/** @returns `null` if there is no such file */
function identify(file: string): string | null {
  try {
    const { dev, ino, ctimeNs } = statSync(file, { bigint: true });
    return [readFileSync(file, "utf8").trim(), dev, ino, ctimeNs, bootId()].join(" ");
  } catch {
    return null;
  }
}

/** Of the running kernel; empty where there is no such thing. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
