import { type Marks, newest, raise } from "./marks.ts";
import type { PurgedAt } from "./stamp.ts";
import { folderOf } from "./target.ts";

/** Purged prefixes that end inside a path segment (`/img/2024-*`), kept by the folder that they lie in. */
export interface PartialPrefixes {
  raise(pattern: string, mark: PurgedAt): void;
  /** The newest purge of a prefix in this folder that the key starts with, not older than `mark`. */
  newestIn(folder: string, pathKey: string, mark: PurgedAt): PurgedAt;
  /** Takes the oldest folder out, with the newest of its marks. */
  takeOldest(): { readonly folder: string; readonly mark: PurgedAt } | null;
  readonly size: number;
}

export function createPartialPrefixes(): PartialPrefixes {
  const byFolder = new Map<string, Marks>();
  let size = 0;
  return {
    raise(pattern, mark) {
      const folder = folderOf(pattern);
      const marks: Marks = byFolder.get(folder) ?? new Map();
      size -= marks.size;
      raise(marks, pattern, mark);
      size += marks.size;
      byFolder.set(folder, marks);
    },
    newestIn(folder, pathKey, mark) {
      let found = mark;
      for (const [prefix, at] of byFolder.get(folder) ?? []) {
        if (pathKey.startsWith(prefix)) found = newest(found, at);
      }
      return found;
    },
    takeOldest() {
      for (const [folder, marks] of byFolder) {
        byFolder.delete(folder);
        size -= marks.size;
        return { folder, mark: [...marks.values()].reduce(newest) };
      }
      return null;
    },
    get size() {
      return size;
    },
  };
}
