import { atMost } from "@freshet/core";
import { createBreaker } from "./breaker.ts";
import { decodeEntry } from "./entry.ts";
import type { ObjectStore } from "./s3.ts";
import { createSingleFlight } from "./single-flight.ts";
import type { Entry } from "./store.ts";
import { createUploads } from "./uploads.ts";

/** Variants that the servers of several machines make for each other. */
export interface SharedStore {
  /** @returns `null` if it is not there, is damaged, or cannot be had in time */
  find(key: string): Promise<Entry | null>;
  /** To be written when there is time for it; what does not fit into the queue is not. */
  offer(key: string, entry: Entry): void;
  /**
   * Resolves when it is not there, and nothing of this process will put it there again.
   * @throws Error if the store does not say so
   */
  remove(key: string): Promise<void>;
  /** Removes everything that this process wrote lately, or is writing. */
  removeRecent(): Promise<void>;
  /** Waits for what is being written, and writes nothing more. */
  close(): Promise<void>;
}

export type SharedResult =
  | "hit"
  | "miss"
  | "damaged"
  | "written"
  | "removed"
  | "failed"
  /** Not asked, since it did not answer before. */
  | "skipped"
  /** Not written, since too much was waiting. */
  | "dropped";

export interface SharedStoreOptions {
  readonly objects: ObjectStore;
  /** Longest time that a picture waits for the store before it is made instead. */
  readonly timeoutMs: number;
  /** Monotonic, ms. */
  now(): number;
  /** Whether it is written down where this came from: what is not any more was erased, and must not be put. */
  isNamed(key: string): boolean;
  /**
   * Whether everything that was purged is known here. A server that was cut off is not waited for when a purge is DONE,
   * so it may put nothing.
   */
  mayWrite(): boolean;
  count(result: SharedResult): void;
  /** Told when the store has failed so often that it is not asked any more. */
  report(error: unknown): void;
}

/** So many failures in a row, and the store is asked in the background only, so often. */
const breaking = { failures: 3, pauseMs: 5_000 };
const removeWithinMs = 10_000;
const removalsAtOnce = 16;

/**
 * It never makes a picture slower than `timeoutMs` does, and that only until it has failed three times in a row.
 *
 * For erasing: an upload begins only for what is named, and while this server has its lease; it is broken off when the
 * lease ends, a second before the log may call the server lapsed. What is erased while it is being written is deleted
 * after: otherwise nobody could say which of the two the store does last.
 */
export function createSharedStore(options: SharedStoreOptions): SharedStore {
  const { objects, timeoutMs, now, count, report } = options;
  const breaker = createBreaker(breaking, now, report);
  const reads = createSingleFlight<Entry | null>();
  const removals = atMost(removalsAtOnce);
  const uploads = createUploads({
    ...options,
    isOpen: () => breaker.isOpen,
    ended: (error) => (error === null ? breaker.succeeded() : breaker.failed(error)),
  });

  async function read(key: string): Promise<Entry | null> {
    try {
      const bytes = await objects.get(key, AbortSignal.timeout(timeoutMs));
      breaker.succeeded();
      const entry = bytes && decodeEntry(bytes, key);
      count(entry ? "hit" : bytes ? "damaged" : "miss");
      return entry;
    } catch (error) {
      count("failed");
      breaker.failed(error);
      return null;
    }
  }

  async function remove(key: string): Promise<void> {
    await uploads.settle(key);
    await removals(() => objects.remove(key, AbortSignal.timeout(removeWithinMs)));
    count("removed");
  }

  return {
    async find(key) {
      if (breaker.isOpen) {
        count("skipped");
        breaker.probe(() => objects.get(key, AbortSignal.timeout(timeoutMs)));
        return null;
      }
      return (await reads.join(key, () => read(key))).value;
    },
    offer: uploads.offer,
    remove,
    async removeRecent() {
      for (const key of uploads.keys()) await remove(key);
    },
    close: uploads.close,
  };
}
