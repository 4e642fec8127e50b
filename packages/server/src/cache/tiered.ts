import type { DiskStore } from "./disk.ts";
import type { MemoryStore } from "./memory.ts";
import type { Entry, Store } from "./store.ts";

/** A store with memory before disk, which tells where an entry was found. */
export interface TieredStore extends Store {
  /** Keys of what the disk holds. */
  keys(): readonly string[];
  /** Resolves when everything whose putting has begun by now is there. */
  settled(): Promise<void>;
  find(key: string): Promise<{ readonly entry: Entry; readonly tier: "memory" | "disk" } | null>;
}

/** Reads fill the memory tier; writes go to both, and are done when the disk has them. */
export function createTieredStore(memory: MemoryStore, disk: DiskStore): TieredStore {
  const pending = new Set<Promise<void>>();

  async function find(key: string) {
    const near = memory.peek(key);
    if (near) {
      disk.touch(key);
      return { entry: near, tier: "memory" as const };
    }
    const entry = await disk.get(key);
    if (!entry) return null;
    await memory.put(key, entry);
    return { entry, tier: "disk" as const };
  }
  return {
    find,
    get: async (key) => (await find(key))?.entry ?? null,
    put(key, entry) {
      const putting = memory.put(key, entry).then(() => disk.put(key, entry));
      const ended = putting.then(
        () => {},
        () => {},
      );
      pending.add(ended);
      void ended.then(() => pending.delete(ended));
      return putting;
    },
    async remove(key) {
      const inMemory = await memory.remove(key);
      return Math.max(await disk.remove(key), inMemory);
    },
    keys: disk.keys,
    async settled() {
      await Promise.all(pending);
    },
    get size() {
      return disk.size;
    },
  };
}
