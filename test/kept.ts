/** What a server keeps in its data folder: as files, and, if it is small, in the books of its cache. */
import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

export type StoreName = "originals" | "variants";

export interface Kept {
  readonly key: string;
  readonly bytes: number;
  /** `null` if it has gone meanwhile. */
  read(): Uint8Array | null;
}

/** What is kept under its name; what is only being written is not counted. */
export function keptIn(dataDir: string, store: StoreName): readonly Kept[] {
  return [...filesIn(join(dataDir, store)), ...inBooks(join(dataDir, "books.sqlite"), store)];
}

function filesIn(folder: string): Kept[] {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || name.endsWith(".tmp")) return [];
    const read = () => (existsSync(path) ? readFileSync(path) : null);
    return [{ key: basename(name), bytes: found.size, read }];
  });
}

function inBooks(file: string, store: StoreName): Kept[] {
  if (!existsSync(file)) return [];
  const books = new Database(file, { readonly: true });
  try {
    return books
      .query<{ key: string; file: Uint8Array }, [string]>("SELECT key, file FROM content WHERE store = ?")
      .all(store)
      .map(({ key, file }) => ({ key, bytes: file.byteLength, read: () => file }));
  } catch {
    // They are only just being made.
    return [];
  } finally {
    books.close();
  }
}
