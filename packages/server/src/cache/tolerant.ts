import type { DiskStore } from "./disk.ts";

/**
 * A disk that is full or gone makes a server slower, but no picture fails because of it: what goes wrong is reported,
 * and answered as if it had not been stored.
 */
export function createTolerantStore(store: DiskStore, report: (error: unknown) => void): DiskStore {
  return {
    get: (key) =>
      store.get(key).catch((error) => {
        report(error);
        return null;
      }),
    put: (key, entry) => store.put(key, entry).catch(report),
    touch: store.touch,
    fileOf: store.fileOf,
    // Not tolerated: what is to be gone must be gone.
    remove: store.remove,
    get size() {
      return store.size;
    },
  };
}
