import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** Reads a whole file. @returns `null` if there is no such file, and an empty one if it is a folder */
export type ReadsFiles = (path: string) => Promise<Uint8Array | null>;

/** Bytes that are copied out of the page cache in some 50 µs. */
const directBytes = 256 * 1024;
/** A disk that takes so long has to move something; while it does, nothing else would be answered. */
const slowMs = 5;
/** For so long it is not tried again. */
const waitMs = 250;

/**
 * Reads small files directly for as long as that takes no time, which is as long as they are in the page cache: handing
 * such a read to another thread and back takes four times as long as the read. Once a disk was slow, which holds up
 * everybody for that one read, threads do the reading for a while.
 *
 * @param nowMs monotonic
 * @param inThread reads without holding anybody up
 */
export function createReadFiles(
  nowMs: () => number = () => performance.now(),
  inThread: (path: string) => Promise<Uint8Array> = (path) => readFile(path),
): ReadsFiles {
  let slowUntilMs = Number.NEGATIVE_INFINITY;

  return async (path) => {
    try {
      const startMs = nowMs();
      const file = startMs < slowUntilMs ? null : readSmall(path);
      const endMs = nowMs();
      if (endMs - startMs > slowMs) slowUntilMs = endMs + waitMs;
      return file ?? (await inThread(path));
    } catch (error) {
      return ifAny(error as { code?: string });
    }
  };
}

/** @returns `null` for a large one */
function readSmall(path: string): Uint8Array | null {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > directBytes) return null;
    const bytes = new Uint8Array(size);
    // What is shorter than it was is torn, and its checksum will tell.
    readSync(file, bytes, 0, size, 0);
    return bytes;
  } finally {
    closeSync(file);
  }
}

function ifAny(error: { code?: string }): Uint8Array | null {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  if (error.code === "EISDIR") return new Uint8Array(0);
  throw error;
}
