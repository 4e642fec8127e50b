import { serverLimits } from "../limits.ts";
import { encodeEntry } from "./entry.ts";
import type { SharedStoreOptions } from "./shared.ts";
import type { Entry } from "./store.ts";

/** Writes to a shared store behind the back of who makes pictures: a few at a time, the others wait, not too many. */
export interface Uploads {
  offer(key: string, entry: Entry): void;
  /** Forgets what waits, and resolves when nothing that was sent can come to the store any more. */
  settle(key: string): Promise<void>;
  /** Of everything that waits, is being written, or was written lately. */
  keys(): readonly string[];
  close(): Promise<void>;
}

export interface UploadsOptions
  extends Pick<SharedStoreOptions, "objects" | "isNamed" | "mayWrite" | "count"> {
  /** Whether the store is not to be asked at all. */
  isOpen(): boolean;
  /** @param error `null` if it was written */
  ended(error: unknown): void;
}

/** More would only fill the network. */
const atOnce = 4;
const withinMs = 10_000;
/** How often it is looked whether what is being written still may be. */
const lookEveryMs = 100;
/** What was sent and not answered has been dealt with, or lost, by then. */
const straySettlesMs = 1_000;
const maxRecent = 10_000;

export function createUploads({ objects, isNamed, mayWrite, count, isOpen, ended }: UploadsOptions): Uploads {
  const queue = new Map<string, Entry>();
  /** Each ends with whether the store said that it has it: if not, it may still come to it. */
  const running = new Map<string, Promise<boolean>>();
  const recent = new Set<string>();
  let queuedBytes = 0;
  let isClosed = false;

  function take(key: string): Entry | null {
    const entry = queue.get(key) ?? null;
    if (queue.delete(key) && entry) queuedBytes -= entry.bytes.byteLength;
    return entry;
  }

  function next(): void {
    for (const key of queue.keys()) {
      if (running.size >= atOnce) return;
      const entry = take(key) as Entry;
      if (isOpen() || !mayWrite()) count("skipped");
      else if (isNamed(key)) running.set(key, upload(key, entry));
    }
  }

  async function upload(key: string, entry: Entry): Promise<boolean> {
    const abort = new AbortController();
    const watch = setInterval(() => mayWrite() || abort.abort(), lookEveryMs);
    try {
      const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(withinMs)]);
      await objects.put(key, encodeEntry(entry, key), signal);
      count("written");
      ended(null);
      return true;
    } catch (error) {
      count("failed");
      if (!abort.signal.aborted) ended(error);
      return false;
    } finally {
      clearInterval(watch);
      running.delete(key);
      recent.add(key);
      if (recent.size > maxRecent) recent.delete(recent.values().next().value as string);
      queueMicrotask(next);
    }
  }

  return {
    offer(key, entry) {
      if (isClosed || queue.has(key) || running.has(key)) return;
      if (queuedBytes + entry.bytes.byteLength > serverLimits.sharedQueueBytes) return count("dropped");
      queue.set(key, entry);
      queuedBytes += entry.bytes.byteLength;
      next();
    },
    async settle(key) {
      take(key);
      const isSure = await running.get(key);
      if (isSure === false) await Bun.sleep(straySettlesMs);
    },
    keys: () => [...queue.keys(), ...running.keys(), ...recent],
    async close() {
      isClosed = true;
      queue.clear();
      await Promise.all(running.values());
    },
  };
}
