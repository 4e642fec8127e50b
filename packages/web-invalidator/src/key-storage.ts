/** Where the key lives between reloads: in this tab only, and never in an address. */
export interface KeyStorage {
  read(): string | null;
  write(key: string): void;
  clear(): void;
}

const name = "freshet.client-key";

/** A browser may forbid storage altogether; then the key lasts as long as the page. */
export function createKeyStorage(open: () => Storage): KeyStorage {
  const attempt = <Result>(use: (storage: Storage) => Result): Result | null => {
    try {
      return use(open());
    } catch {
      return null;
    }
  };
  return {
    read: () => attempt((storage) => storage.getItem(name)),
    write: (key) => void attempt((storage) => storage.setItem(name, key)),
    clear: () => void attempt((storage) => storage.removeItem(name)),
  };
}
