/** From this part of the ceiling on nothing more is begun, and what can be given back is. */
const tight = 0.8;
/** A reading counts for so long: it takes some 50 µs. */
const readEveryMs = 50;

/** Keeps this process and its children under a ceiling, whatever is asked of them. */
export interface MemoryGuard {
  /** Whether something more may begin that takes memory. */
  hasRoom(): boolean;
  /** Gives back what it can, if there is too little room. To be called some times a second. */
  look(): void;
  /** What all of them take, as of the last reading. */
  readonly bytes: number;
}

export interface MemoryGuardDeps {
  readonly ceilingBytes: number;
  /** Monotonic, ms. */
  now(): number;
  /** Resident memory of this process. */
  ownBytes(): number;
  readonly children: {
    /** What they take beyond what they share with this process. */
    bytes(): number;
    /** Ends those that have nothing to do, and after their work those that have. */
    forget(): void;
    /** Ends the one that takes most. @returns whether there was one */
    endLargest(): boolean;
  };
}

/**
 * Near the ceiling nothing more begins, and pictures and fetches wait in their lines, which are bounded. Above it the
 * child that takes most is ended: who waits for its picture is told to come back, and nobody else is harmed. Pictures
 * that are in memory are answered all the while.
 */
export function createMemoryGuard({ ceilingBytes, now, ownBytes, children }: MemoryGuardDeps): MemoryGuard {
  let bytes = 0;
  let readMs = Number.NEGATIVE_INFINITY;

  function read(): number {
    if (now() - readMs < readEveryMs) return bytes;
    readMs = now();
    bytes = ownBytes() + children.bytes();
    return bytes;
  }

  return {
    hasRoom: () => read() < ceilingBytes * tight,
    look() {
      if (read() < ceilingBytes * tight) return;
      if (bytes >= ceilingBytes && children.endLargest()) readMs = Number.NEGATIVE_INFINITY;
      else children.forget();
    },
    get bytes() {
      return bytes;
    },
  };
}
