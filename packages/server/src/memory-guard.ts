import { FreshetError } from "@freshet/core";

/** From this part of the ceiling on nothing more is begun, and what can be given back is. */
const tight = 0.8;
/** From here on nothing more is let in, either, but for what is the only one of its kind. */
const full = 0.9;
/** A reading counts for so long: it takes some 50 µs. */
const readEveryMs = 50;
/** Memory that is not used any more is looked for at most so often: it holds up the event loop for some 10 ms. */
const collectEveryMs = 1_000;

/** Keeps this process and its children under a ceiling, whatever is asked of them. */
export interface MemoryGuard extends Incoming {
  /** Whether something more may begin that takes memory. */
  hasRoom(): boolean;
  /** Whether what can be had later is not to be read into memory now. */
  isFull(): boolean;
  /** Gives back what it can, if there is too little room. To be called some times a second. */
  look(): void;
  /** What all of them take, as of the last reading. */
  readonly bytes: number;
}

/** Room for bytes that come in from outside. */
export interface Incoming {
  /** For one body. */
  open(): Share;
}

/** Room that is kept for one body until its bytes are here, where they are seen. */
export interface Share {
  /** To be called before so many more are read. @throws FreshetError `overloaded` if there is no room for them */
  expect(bytes: number): void;
  /** So many of those that were expected are here. */
  arrived(bytes: number): void;
  /** No more will come. */
  close(): void;
}

export interface MemoryGuardDeps {
  readonly ceilingBytes: number;
  /** Monotonic, ms. */
  now(): number;
  /** Resident memory of this process. */
  ownBytes(): number;
  /** Gives back what this process does not use any more. */
  collect(): void;
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
 * Near the ceiling nothing more begins, and pictures and fetches wait in their lines, which are bounded; originals that
 * are on their way are broken off if there is no room for the rest of them. Above it the child that takes most is ended:
 * who waits for its picture is told to come back, and nobody else is harmed. Pictures that are in memory are answered all
 * the while.
 */
export function createMemoryGuard(deps: MemoryGuardDeps): MemoryGuard {
  const { ceilingBytes, now, ownBytes, children } = deps;
  let bytes = 0;
  let readMs = Number.NEGATIVE_INFINITY;
  let collectedMs = Number.NEGATIVE_INFINITY;
  let shares = 0;
  /** What shares wait for. */
  let expected = 0;
  /** What has come since the last reading. */
  let fresh = 0;

  function read(): number {
    if (now() - readMs < readEveryMs) return bytes;
    readMs = now();
    fresh = 0;
    bytes = ownBytes() + children.bytes();
    return bytes;
  }

  const isBelow = (part: number, more = 0) => read() + fresh + expected + more < ceilingBytes * part;

  function collect(): void {
    if (now() - collectedMs < collectEveryMs) return;
    collectedMs = now();
    deps.collect();
  }

  function open(): Share {
    let own = 0;
    let isOpen = true;
    shares++;
    return {
      expect(more) {
        // The only one goes on: without that, nothing might ever again.
        if (shares > 1 && !isBelow(full, more)) throw noRoom();
        own += more;
        expected += more;
      },
      arrived(some) {
        const known = Math.min(own, some);
        own -= known;
        expected -= known;
        fresh += some;
      },
      close() {
        if (!isOpen) return;
        isOpen = false;
        shares--;
        expected -= own;
        own = 0;
      },
    };
  }

  return {
    open,
    hasRoom: () => isBelow(tight),
    isFull: () => !isBelow(full),
    look() {
      if (read() < ceilingBytes * tight) return;
      if (bytes >= ceilingBytes && children.endLargest()) readMs = Number.NEGATIVE_INFINITY;
      else children.forget();
      collect();
    },
    get bytes() {
      return bytes;
    },
  };
}

function noRoom(): FreshetError {
  return new FreshetError(
    "overloaded",
    "there is no memory for the original just now; try again in a moment",
  );
}
