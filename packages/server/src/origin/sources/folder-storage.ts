import { constants } from "node:fs";
import { type FileHandle, lstat, open, realpath } from "node:fs/promises";
import { sep } from "node:path";
import { FreshetError } from "@freshet/core";
import { beforeAbort } from "@freshet/outbound/before-abort";
import { serverLimits } from "../../limits.ts";
import type { Validators } from "../source.ts";
import type { FolderStorage } from "../storage-settings.ts";
import { objectName } from "./object-name.ts";
import type { Storage, StorageRequest } from "./storage.ts";

/** What tells whether a file changed. */
interface State {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly mtimeMs: bigint;
}

/**
 * A folder of this machine, or one that is mounted there. Only regular files are originals, and only those that lie in
 * the folder when all links are followed.
 *
 * @param now milliseconds since 1970
 */
export function createFolderStorage({ path: root }: FolderStorage, now: () => number): Storage {
  async function read(file: FileHandle, request: StorageRequest) {
    const { path, known } = request;
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw missing();
    const validators = validatorsOf(before, now());
    // Whoever has an ETag got it from here, and when a file changed last says less than that.
    if (validators.etag !== null && known?.etag === validators.etag) {
      return { kind: "not-modified", status: 304 } as const;
    }
    const bytes = await readFile(file, before.size, request);
    const after = await file.stat({ bigint: true });
    if (etagOf(after) !== etagOf(before)) {
      throw new FreshetError("origin_failed", "the file changed while it was read");
    }
    return { kind: "body", bytes, validators, status: 200, mediaType: Bun.file(path).type } as const;
  }

  return (request) => {
    const work = async () => {
      const file = await openInside(root, objectName(request.path));
      try {
        return await read(file, request);
      } finally {
        await file.close();
      }
    };
    // A network file system that went away lets its readers hang.
    return beforeAbort(work(), request.signal);
  };
}

async function openInside(root: string, name: string): Promise<FileHandle> {
  const folder = await realpath(root).catch((cause) => {
    throw new FreshetError("origin_failed", "the folder of the storage cannot be read", { cause });
  });
  // `a//b` and `a/b` would be two originals and one file, and a purge of one would not reach the other.
  if (name.split("/").includes("")) throw missing();
  const inside = folder.endsWith(sep) ? folder : folder + sep;
  try {
    const path = await realpath(inside + name);
    // Looked at before it is opened: opening a device or a pipe can have effects, or wait for ever.
    if (!path.startsWith(inside) || !(await lstat(path)).isFile()) throw missing();
    // The path has no more links; one that was put there just now is not followed.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof FreshetError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const isMissing = ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL"].includes(code ?? "");
  if (isMissing) return missing();
  return new FreshetError("origin_failed", "the file cannot be read", { cause: error });
}

function missing(): FreshetError {
  return new FreshetError("origin_not_found", "the storage has no such file");
}

async function readFile(
  file: FileHandle,
  size: bigint,
  { maxBytes, incoming, signal }: StorageRequest,
): Promise<Uint8Array> {
  if (size > maxBytes) throw new FreshetError("original_too_large", `originals may have ${maxBytes} bytes`);
  const share = incoming?.open();
  try {
    share?.expect(Number(size));
    const bytes = Buffer.alloc(Number(size));
    for (let at = 0; at < bytes.length; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) throw new FreshetError("origin_failed", "the file changed while it was read");
      at += bytesRead;
      share?.arrived(bytesRead);
    }
    return bytes;
  } finally {
    share?.close();
  }
}

/**
 * Size and times of a file stand for its bytes. The time of the last change of its entry is among them, since tools
 * that copy files give them the old time of the last change of their contents.
 */
function etagOf({ size, mtimeNs, ctimeNs }: State): string {
  return `"${[size, mtimeNs, ctimeNs].map((part) => part.toString(36)).join("-")}"`;
}

/** A file that changed just now may do so again without its times telling: it is not asked after, but read again. */
function validatorsOf(state: State, nowMs: number): Validators {
  const isFresh = nowMs - Number(state.ctimeNs / 1_000_000n) < serverLimits.freshFileMs;
  if (isFresh) return { etag: null, lastModified: null };
  return { etag: etagOf(state), lastModified: new Date(Number(state.mtimeMs)).toUTCString() };
}
