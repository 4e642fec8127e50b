import type { Entry, Store } from "./store.ts";

/** A memory store answers without a promise, so that a hit costs no turn of the event loop. */
export interface MemoryStore extends Store {
  peek(key: string): Entry | null;
  clear(): void;
}

/**
 * Keeps what was used last, up to `maxBytes`; an entry larger than a quarter of that is not kept at all.
 * @param removed is told that something was taken out for good, and not only for want of room
 */
export function createMemoryStore(maxBytes: number, removed: () => void = () => {}): MemoryStore {
  // A Map iterates in the order of insertion: the first entry is the one that was not used for longest.
  const entries = new Map<string, Entry>();
  let size = 0;

  function peek(key: string): Entry | null {
    const entry = entries.get(key);
    if (!entry) return null;
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  function put(key: string, entry: Entry): void {
    if (entries.has(key) || entry.bytes.byteLength > maxBytes / 4) return;
    entries.set(key, entry);
    size += entry.bytes.byteLength;
    for (const [oldest, { bytes }] of entries) {
      if (size <= maxBytes) return;
      entries.delete(oldest);
      size -= bytes.byteLength;
    }
  }

  return {
    peek,
    get: async (key) => peek(key),
    put: async (key, entry) => put(key, entry),
    clear() {
      removed();
      entries.clear();
      size = 0;
    },
    async remove(key) {
      removed();
      const bytes = entries.get(key)?.bytes.byteLength ?? 0;
      entries.delete(key);
      size -= bytes;
      return bytes;
    },
    get size() {
      return size;
    },
  };
}
