import { join } from "node:path";

/** The SQLite files of a data folder, which all processes on it have open. */
export function dataFiles(dataDir: string) {
  return { books: join(dataDir, "books.sqlite"), pointers: join(dataDir, "pointers.sqlite") };
}
