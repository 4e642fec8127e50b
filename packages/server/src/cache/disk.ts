import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { serverLimits } from "../limits.ts";
import { decodeEntry, encodeEntry, encodeHead, entryBytes } from "./entry.ts";
import { type Claim, createFileBooks, type FileBooksOptions, pathOf } from "./file-books.ts";
import { createReadFiles } from "./read-files.ts";
import type { Entry, Store, StoredFile } from "./store.ts";

/** A disk store is told of uses that another tier has answered, or it would drop what is used most. */
export interface DiskStore extends Store {
  /** Marks an entry as used, if it is there. Cheap enough for each hit. */
  touch(key: string): void;
  /** Where an entry lies if it is there, and is not so small that it is kept in the books. */
  fileOf(key: string): StoredFile;
}

/** A file that is used all the time from memory is marked as used at most this often. */
const touchEveryMs = 60_000;
/** Uses are written down together, so often, and whenever they are so many. */
const noteEveryMs = 1_000;
const notedAtOnce = 1_000;
/** Keys whose last use is remembered, for {@link touchEveryMs}. */
const rememberedUses = 100_000;

export interface DiskStoreOptions extends FileBooksOptions {
  /** Wall clock, ms since 1970. */
  now(): number;
  /** Files of up to so many bytes are kept in the books. */
  readonly inBooksBytes?: number;
}

/**
 * Keeps entries as files, `a/abcd…`, up to `maxBytes`; what was not used for longest goes first; small ones lie in the
 * books. Files outlive the process, and several processes may work on one folder at once: what one puts, all others
 * have. What there is, and how much, is written down in the books that they share.
 *
 * A file appears whole or not at all, however a process ends: it is written under another name, and renamed. It is not
 * flushed: after a power cut it may be torn, which its checksum tells, and can be made again.
 */
export async function openDiskStore(options: DiskStoreOptions): Promise<DiskStore> {
  const { folder, maxBytes, now, inBooksBytes = serverLimits.inBooksBytes } = options;
  await mkdir(folder, { recursive: true });
  const files = createFileBooks(options);
  const uses = createUses(files.used, now);
  const readFrom = createReadFiles();
  const putting = new Map<string, Promise<void>>();
  // Room is made at once if there is less than there was, a step at a time: others want to write, too.
  while (!files.makeRoom()) await new Promise(setImmediate);

  async function get(key: string): Promise<Entry | null> {
    const found = files.look(key);
    if (found === null) return null;
    const file = found === "file" ? await readFrom(pathOf(folder, key)) : found;
    if (file === null) {
      files.missing(key, now());
      return null;
    }
    const entry = decodeEntry(file, key);
    if (entry) uses.add(key);
    else files.remove(key);
    return entry;
  }

  function put(key: string, entry: Entry): Promise<void> {
    const flight = putting.get(key) ?? putNow(key, entry).finally(() => putting.delete(key));
    putting.set(key, flight);
    return flight;
  }

  async function putNow(key: string, entry: Entry): Promise<void> {
    const bytes = entryBytes(entry);
    if (bytes > maxBytes) return;
    uses.note();
    if (bytes <= inBooksBytes) return files.keep(key, encodeEntry(entry, key), uses.next());
    const claim = files.claim(key, bytes, uses.next());
    if (!claim) return;
    try {
      if (await writeWhole(pathOf(folder, key), claim, [encodeHead(entry, key), entry.bytes]))
        files.finish(key, claim);
      else files.giveUp(key, claim);
    } catch (error) {
      // On a full disk, leftovers would be what keeps it full.
      files.giveUp(key, claim);
      throw error;
    }
  }

  return {
    get,
    put,
    touch: uses.touch,
    fileOf: (key) => ({ path: pathOf(folder, key), key }),
    remove: async (key) => files.remove(key),
    get size() {
      return files.size;
    },
  };
}

/** @returns whether it is there; if not, it was removed meanwhile */
async function writeWhole(path: string, claim: Claim, parts: readonly Uint8Array[]): Promise<boolean> {
  const make = () => writeNew(claim.path, parts);
  let failure = await failureOf(make());
  if (failure === "ENOENT") {
    // The folder is nearly always there: it is made only where it was missing.
    await mkdir(dirname(path), { recursive: true });
    failure = await failureOf(make());
  }
  // Something was put in its way.
  if (failure === "EEXIST") return false;
  return failure === null && (await failureOf(rename(claim.path, path))) === null;
}

/** Makes a file of parts that need not be copied into one for that; only if there is nothing yet. */
async function writeNew(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "wx");
  try {
    const { bytesWritten } = await file.writev(parts);
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (bytesWritten !== bytes) throw new Error(`${bytesWritten} of ${bytes} bytes could be written`);
  } finally {
    await file.close();
  }
}

/** @returns `null` if the work succeeds; other errors than these are thrown */
async function failureOf(work: Promise<void>): Promise<"ENOENT" | "EEXIST" | null> {
  try {
    await work;
    return null;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT" || code === "EEXIST") return code;
    throw error;
  }
}

/** When what was used last, to be written down from time to time. */
function createUses(write: (uses: Map<string, number>) => void, now: () => number) {
  let uses = new Map<string, number>();
  const last = new Map<string, number>();
  let latestMs = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** Later than any before, so that the order is kept within one tick of the clock. */
  function next(): number {
    latestMs = Math.max(now(), latestMs + 0.001);
    return latestMs;
  }

  function note(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (uses.size === 0) return;
    const noted = uses;
    uses = new Map();
    try {
      write(noted);
    } catch {
      // Only what goes first depends on it.
    }
  }

  function add(key: string): void {
    const usedMs = next();
    uses.set(key, usedMs);
    last.delete(key);
    last.set(key, usedMs);
    if (last.size > rememberedUses) last.delete(last.keys().next().value as string);
    if (uses.size >= notedAtOnce) note();
    else if (!timer) timer = setTimeout(note, noteEveryMs).unref();
  }

  return {
    next,
    note,
    add,
    touch(key: string): void {
      if (now() - (last.get(key) ?? Number.NEGATIVE_INFINITY) > touchEveryMs) add(key);
    },
  };
}
