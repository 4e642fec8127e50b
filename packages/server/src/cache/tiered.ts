import { serverLimits } from "../limits.ts";
import type { DiskStore } from "./disk.ts";
import type { MemoryStore } from "./memory.ts";
import type { SharedStore } from "./shared.ts";
import type { Entry, Store, StoredFile } from "./store.ts";

/** A store with memory before disk, which tells where an entry was found. */
export interface TieredStore extends Store {
  /** Another process took it off the disk: removes it from everywhere else; everything, without a key. */
  forget(key?: string): Promise<void>;
  /** Resolves when everything whose putting has begun by now is on the disk. */
  settled(): Promise<void>;
  /**
   * @param name writes down where it came from; without it, what is shared is not looked for. It says whether what was
   *   found there may be kept here, too.
   */
  find(key: string, name?: () => boolean): Promise<Found | null>;
  /**
   * Where an entry lies, if it lies in a file, for who has its bytes and would hand them to another process.
   * @returns `null` if a slow disk is still writing it
   */
  fileOf(key: string): Promise<StoredFile | null>;
  /** Whether this very entry is in memory, for as long as there is room. */
  holds(key: string, entry: Entry): boolean;
}

export interface Found {
  readonly entry: Entry;
  readonly tier: "memory" | "disk" | "shared";
}

export interface TieredOptions {
  /** What other servers share, asked last and told of what is put. */
  readonly shared?: SharedStore | null;
  /** What may be on its way to the disk before `put` waits for it. */
  readonly maxWritingBytes?: number;
  /** Asked before anything is read that is not in memory. @throws FreshetError if it is not to be */
  admit?(): void;
}

/** To hand megabytes over costs some milliseconds; to wait for longer than that for the disk gains nothing. */
const fileWithinMs = 20;

/** An entry on its way to the disk. */
interface Writing {
  readonly entry: Entry;
  readonly ended: Promise<void>;
}

/**
 * Reads fill the memory tier. Writes go to both, and the disk's is behind: who puts does not wait for it, and until it
 * has ended the entry is read from memory, however large it is. A disk that cannot keep up makes who puts wait.
 *
 * @param disk one that reports its own failures: nobody is there any more to be told of them
 */
export function createTieredStore(
  memory: MemoryStore,
  disk: DiskStore,
  { shared = null, maxWritingBytes = serverLimits.writingBytes, admit }: TieredOptions = {},
): TieredStore {
  const writing = new Map<string, Writing>();
  const pending = new Set<Promise<void>>();
  let writingBytes = 0;
  /** What is read while something is taken away may be just that. */
  let removals = 0;

  function findInMemory(key: string): Entry | undefined {
    const near = memory.peek(key);
    if (near) disk.touch(key);
    return near ?? writing.get(key)?.entry;
  }

  async function find(key: string, name?: () => boolean): Promise<Found | null> {
    const near = findInMemory(key);
    if (near) return { entry: near, tier: "memory" };
    admit?.();
    const before = removals;
    const entry = await disk.get(key);
    if (!entry) return name ? findShared(key, name) : null;
    if (removals === before) await memory.put(key, entry);
    return { entry, tier: "disk" };
  }

  async function findShared(key: string, name: () => boolean): Promise<Found | null> {
    const entry = await shared?.find(key);
    if (!entry) return null;
    if (name()) await keep(key, entry);
    return { entry, tier: "shared" };
  }

  async function keep(key: string, entry: Entry): Promise<void> {
    if (writing.has(key)) return;
    void memory.put(key, entry);
    const isTooMuch = writingBytes + entry.bytes.byteLength > maxWritingBytes;
    const { ended } = write(key, entry);
    if (isTooMuch) await ended;
  }

  function write(key: string, entry: Entry): Writing {
    const bytes = entry.bytes.byteLength;
    writingBytes += bytes;
    const ended = disk
      .put(key, entry)
      .catch(() => {})
      .then(() => {
        writingBytes -= bytes;
        pending.delete(ended);
        if (writing.get(key) === written) writing.delete(key);
      });
    const written = { entry, ended };
    writing.set(key, written);
    pending.add(ended);
    return written;
  }

  return {
    find,
    fileOf: async (key) => ((await endsSoon(writing.get(key)?.ended)) ? disk.fileOf(key) : null),
    holds: (key, entry) => memory.peek(key) === entry,
    get: async (key) => (await find(key))?.entry ?? null,
    put(key, entry) {
      shared?.offer(key, entry);
      return keep(key, entry);
    },
    async remove(key) {
      removals++;
      const onItsWay = writing.get(key);
      writing.delete(key);
      const inMemory = await memory.remove(key);
      await onItsWay?.ended;
      const bytes = Math.max(await disk.remove(key), inMemory);
      await shared?.remove(key);
      return bytes;
    },
    async forget(key) {
      removals++;
      if (key === undefined) {
        memory.clear();
        writing.clear();
      } else {
        writing.delete(key);
        await memory.remove(key);
      }
      // This process may have shared it again since the other one removed it there.
      await (key === undefined ? shared?.removeRecent() : shared?.remove(key));
    },
    settled: () => Promise.all(pending).then(() => {}),
    get size() {
      return disk.size;
    },
  };
}

function endsSoon(work: Promise<void> = Promise.resolve()): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), fileWithinMs);
    void work.then(() => {
      clearTimeout(late);
      resolve(true);
    });
  });
}
