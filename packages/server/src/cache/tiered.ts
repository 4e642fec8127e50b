import type { DiskStore } from "./disk.ts";
import type { MemoryStore } from "./memory.ts";
import type { Entry, Store } from "./store.ts";

/** A store with memory before disk, which tells where an entry was found. */
export interface TieredStore extends Store {
  find(key: string): Promise<{ readonly entry: Entry; readonly tier: "memory" | "disk" } | null>;
}

/** Reads fill the memory tier; writes go to both, and are done when the disk has them. */
export function createTieredStore(memory: MemoryStore, disk: DiskStore): TieredStore {
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
    async put(key, entry) {
      await memory.put(key, entry);
      await disk.put(key, entry);
    },
    get size() {
      return disk.size;
    },
  };
}
