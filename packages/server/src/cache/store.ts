/** Bytes with what must be known about them; immutable once stored, since keys are made from what decides the bytes. */
export interface Entry {
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly type: string;
}

/** A file in which an entry lies, for another process, which reads it as the disk store does. */
export interface StoredFile {
  readonly path: string;
  readonly key: string;
}

/** A content-addressed store. Every implementation passes `store.suite.ts`. */
export interface Store {
  /** @returns `null` if it is not there, or was there and is damaged */
  get(key: string): Promise<Entry | null>;
  /** Resolves when the entry can be read again; storing what is there already changes nothing. */
  put(key: string, entry: Entry): Promise<void>;
  /**
   * Takes an entry out for good. What is being put meanwhile may come after it.
   * @returns its bytes; 0 if it was not there
   */
  remove(key: string): Promise<number>;
  /** Bytes held. */
  readonly size: number;
}
