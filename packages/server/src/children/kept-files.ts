/** What a job made of a file, and keeps with it for the next one. */
export interface Made {
  readonly data: Uint8Array;
}

/** A file that a child keeps, since other pictures of it are often asked for right after. */
export interface KeptFile {
  readonly bytes: Uint8Array;
  readonly made: Map<string, Made>;
}

/** The child's side of `ChildJob.keep`: files by name, those that were not used for longest first. */
export interface KeptFiles {
  /** @returns `null` if there is none of that name */
  take(name: string): KeptFile | null;
  /** Keeps a file until {@link settle}, and after if there is room. */
  add(name: string, bytes: Uint8Array): KeptFile;
  /** Drops what was not used for longest, until all that is kept has at most so many bytes. @returns what is left */
  settle(maxBytes: number): readonly string[];
}

export function createKeptFiles(): KeptFiles {
  const files = new Map<string, KeptFile>();

  function use(name: string, file: KeptFile): KeptFile {
    files.delete(name);
    files.set(name, file);
    return file;
  }

  return {
    take(name) {
      const file = files.get(name);
      return file ? use(name, file) : null;
    },
    add: (name, bytes) => use(name, { bytes, made: new Map() }),
    settle(maxBytes) {
      let size = 0;
      for (const file of files.values()) size += sizeOf(file);
      for (const [name, file] of files) {
        if (size <= maxBytes) break;
        files.delete(name);
        size -= sizeOf(file);
      }
      return [...files.keys()];
    },
  };
}

function sizeOf({ bytes, made }: KeptFile): number {
  let size = bytes.byteLength;
  for (const { data } of made.values()) size += data.byteLength;
  return size;
}
