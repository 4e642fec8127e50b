import { FreshetError } from "@freshet/core";

/**
 * Up to which parts of the ceiling what may be done: what ends work goes before what begins it, or there would be originals
 * in memory, and no room to make anything of them.
 */
const upTo = {
  /** More originals are asked for. */
  ask: 0.6,
  /** Those that are coming go on coming. */
  come: 0.75,
  /** Pictures are begun; from here on, what can be given back is. */
  make: 0.8,
  /** What is kept is read from the disk. */
  read: 0.9,
} as const;
/** A reading counts for so long: it takes some 50 µs. */
const readEveryMs = 50;
/** What is guessed of the first body: cameras and phones make such. */
const firstGuessBytes = 4 * 1024 * 1024;
/** How much each body counts for the guess about the next ones. */
const weight = 1 / 16;
/** Memory that is not used any more is looked for at most so often: it holds up the event loop for some 10 ms. */
const collectEveryMs = 1_000;

/** Keeps this process and its children under a ceiling, whatever is asked of them. */
export interface MemoryGuard extends Incoming {
  /** Whether another picture may be begun. */
  hasRoom(): boolean;
  /** Whether another original may be asked for. @param running those that were, and of which little may be here yet */
  hasRoomToAsk(running: number): boolean;
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
  /** What a body takes, of those lately. */
  let usual = firstGuessBytes;

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
    let sum = 0;
    let isRefused = false;
    let isOpen = true;
    shares++;
    return {
      expect(more) {
        // The only one goes on: without that, nothing might ever again.
        isRefused = shares > 1 && !isBelow(upTo.come, more);
        if (isRefused) throw noRoom();
        own += more;
        expected += more;
      },
      arrived(some) {
        const known = Math.min(own, some);
        own -= known;
        expected -= known;
        fresh += some;
        sum += some;
      },
      close() {
        if (!isOpen) return;
        isOpen = false;
        shares--;
        expected -= own;
        own = 0;
        // What was broken off says nothing about what others take.
        if (!isRefused) usual += (sum - usual) * weight;
      },
    };
  }

  return {
    open,
    hasRoom: () => isBelow(upTo.make),
    hasRoomToAsk: (running) => isBelow(upTo.ask, (running + 1) * usual),
    isFull: () => !isBelow(upTo.read),
    look() {
      if (read() < ceilingBytes * upTo.make) return;
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
