import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeEntry, encodeEntry } from "./entry.ts";
import type { Entry, Store } from "./store.ts";

/** A disk store is told of uses that another tier has answered, or it would drop what is used most. */
export interface DiskStore extends Store {
  /** Marks an entry as used, if it is there. Cheap enough for each hit. */
  touch(key: string): void;
  keys(): readonly string[];
}

/** A file that is used often is marked as used at most this often. */
const touchEveryMs = 60_000;

/**
 * Keeps entries as files, `ab/cd/abcd…`, up to `maxBytes`; what was not used for longest goes first. Files outlive the
 * process: at start the folder is read once, and modification times tell what was used last.
 *
 * A file appears whole or not at all, however a process ends: it is written under another name, and renamed. It is not
 * flushed: after a power cut it may be torn, which its checksum tells, and can be made again.
 *
 * @param now wall clock, ms since 1970: it is compared with the times of files
 */
export async function openDiskStore(folder: string, maxBytes: number, now: () => number): Promise<DiskStore> {
  await mkdir(folder, { recursive: true });
  const files = await readFolder(folder);
  let size = 0;
  for (const file of files.values()) size += file.bytes;
  let temporary = 0;
  await makeRoom();

  async function get(key: string): Promise<Entry | null> {
    const known = files.get(key);
    if (!known) return null;
    const entry = await readFile(pathOf(folder, key)).then(decodeEntry, () => null);
    // Meanwhile it may have been dropped to make room; then it must not come back into the books.
    if (files.get(key) !== known) return entry;
    if (!entry) {
      await drop(key);
      return null;
    }
    moveToEnd(key, known);
    return entry;
  }

  function touch(key: string): void {
    const known = files.get(key);
    if (known && now() - known.usedMs > touchEveryMs) moveToEnd(key, known);
  }

  function moveToEnd(key: string, known: KnownFile): void {
    files.delete(key);
    files.set(key, known);
    const nowMs = now();
    if (nowMs - known.usedMs <= touchEveryMs) return;
    known.usedMs = nowMs;
    // Only the order after a restart depends on it.
    utimes(pathOf(folder, key), nowMs / 1000, nowMs / 1000).catch(() => {});
  }

  async function put(key: string, entry: Entry): Promise<void> {
    if (files.has(key)) return;
    const file = encodeEntry(entry);
    if (file.byteLength > maxBytes) return;
    await writeWhole(pathOf(folder, key), join(folder, `.${process.pid}-${temporary++}.tmp`), file);
    if (files.has(key)) return;
    files.set(key, { bytes: file.byteLength, usedMs: now() });
    size += file.byteLength;
    await makeRoom();
  }

  async function makeRoom(): Promise<void> {
    for (const oldest of files.keys()) {
      if (size <= maxBytes) return;
      await drop(oldest);
    }
  }

  async function drop(key: string): Promise<number> {
    const known = files.get(key);
    if (!known) return 0;
    files.delete(key);
    size -= known.bytes;
    await rm(pathOf(folder, key), { force: true });
    return known.bytes;
  }

  return {
    get,
    put,
    touch,
    remove: drop,
    keys: () => [...files.keys()],
    get size() {
      return size;
    },
  };
}

interface KnownFile {
  readonly bytes: number;
  usedMs: number;
}

function pathOf(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key.slice(2, 4), key);
}

async function writeWhole(path: string, temporaryPath: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(temporaryPath, bytes, { flag: "wx" });
    await move(temporaryPath, path);
  } catch (error) {
    // On a full disk, leftovers would be what keeps it full.
    await rm(temporaryPath, { force: true }).catch(() => {});
    throw error;
  }
}

/** The folder is nearly always there: it is made only where it was missing. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(to), { recursive: true });
    await rename(from, to);
  }
}

/** What the folder holds, least recently used first; leftovers of an interrupted write are removed. */
async function readFolder(folder: string): Promise<Map<string, KnownFile>> {
  const found: [string, KnownFile][] = [];
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (name.endsWith(".tmp")) await rm(path, { force: true });
    const key = name.split("/").at(-1) as string;
    if (name !== join(key.slice(0, 2), key.slice(2, 4), key) || key.length < 8) continue;
    const { size, mtimeMs } = await stat(path);
    found.push([key, { bytes: size, usedMs: mtimeMs }]);
  }
  return new Map(found.sort(([, a], [, b]) => a.usedMs - b.usedMs));
}
