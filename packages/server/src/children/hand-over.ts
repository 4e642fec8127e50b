import { closeSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { decodeEntry } from "../cache/entry.ts";
import type { StoredFile } from "../cache/store.ts";
import type { GivenFile } from "./job.ts";

/** Memory that looks like a folder, on Linux: what lies there is written to no disk. */
const folder = "/dev/shm";
/** Below this a message is cheaper than a file. */
const smallBytes = 64 * 1024;
/** Some milliseconds of the event loop each, at worst. */
const pieceBytes = 4 * 1024 * 1024;

let serial = 0;

/** A file on its way to a child. */
export interface HandedOver {
  readonly given: GivenFile;
  /** To be called when the child has answered, or has gone. */
  release(): void;
}

/**
 * Lays a file where a child finds it, unless it lies in the cache, which spares two copies; where there is no such place,
 * or no room, it goes as a message, which is copied more often.
 * @param find says where in the cache it lies
 */
export async function handOver(
  bytes: Uint8Array,
  find?: () => Promise<StoredFile | null> | undefined,
): Promise<HandedOver> {
  if (bytes.length >= smallBytes) {
    const stored = await find?.();
    if (stored) return { given: { stored }, release() {} };
    const path = `${folder}/freshet-${process.pid}-${serial++}`;
    try {
      await writeWhole(path, bytes);
      return { given: { path }, release: () => remove(path) };
    } catch {
      remove(path);
    }
  }
  // A copy, unless it is all there is: of a part of a buffer the whole would be sent.
  const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
  return { given: { bytes: own }, release() {} };
}

/** The child's side. @returns `null` if it does not lie in the cache, or is damaged there */
export function takeOver(given: GivenFile): Uint8Array | null {
  if ("bytes" in given) return given.bytes;
  if ("stored" in given) return readStored(given.stored);
  const bytes = readFileSync(given.path);
  remove(given.path);
  return bytes;
}

/**
 * Read, and not mapped, which would spare 0.2 ms for 2.4 MB: who shortens a file that is mapped ends the process, and who
 * changes it does so after it was checked.
 */
function readStored({ path, key }: StoredFile): Uint8Array | null {
  try {
    return decodeEntry(readFileSync(path), key)?.bytes ?? null;
  } catch {
    return null;
  }
}

/** Removes what servers left that were killed in the middle of handing something over. */
export function removeAbandoned(): void {
  for (const name of list()) {
    const pid = Number(/^freshet-(\d+)-\d+$/.exec(name)?.[1] ?? process.pid);
    if (pid !== process.pid && !isAlive(pid)) remove(`${folder}/${name}`);
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = openSync(path, "wx", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) {
      // Others come in between two pieces.
      if (at > 0) await new Promise(setImmediate);
      at += writeSync(file, bytes, at, Math.min(pieceBytes, bytes.length - at));
    }
  } finally {
    closeSync(file);
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // The other side has done it, or it never was.
  }
}

function list(): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
