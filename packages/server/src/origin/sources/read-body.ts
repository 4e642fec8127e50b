import { FreshetError } from "@freshet/core";
import type { Incoming, Share } from "../../memory-guard.ts";

/** What a body may take. */
export interface BodyBounds {
  readonly maxBytes: number;
  /** Where room is kept for it; left out for what is small. */
  readonly incoming?: Incoming;
}

/**
 * Up to here a body is read in one go, which spares a copy: 1 of 2.7 ms for 2.4 MB (docs/measurements.md). All its room is
 * kept from the beginning, so it is no more than what is guessed of a body of which nothing is known (`memory-guard.ts`).
 */
const wholeBytes = 4 * 1024 * 1024;
/** Room that is kept before the first piece has come. */
const firstBytes = 256 * 1024;

/**
 * Stops reading as soon as there is too much, or no room for more; a body that is shorter than announced is not taken for
 * the picture.
 * @throws FreshetError `original_too_large`, `overloaded`, `origin_down`; DOMException when the request's time is over
 */
export async function readBody(response: Response, { maxBytes, incoming }: BodyBounds): Promise<Uint8Array> {
  const announced = Number(response.headers.get("content-length") ?? Number.NaN);
  if (announced > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(maxBytes);
  }
  // What is announced and not packed is no more than that.
  const isBounded = !Number.isNaN(announced) && !response.headers.has("content-encoding");
  const share = incoming?.open() ?? unbounded;
  try {
    if (!isBounded) return await collect(response, maxBytes, share);
    const bytes = await (announced <= wholeBytes ? whole : fill)(response, announced, share);
    if (bytes.length === announced) return bytes;
    throw new FreshetError("origin_down", `the origin sent ${bytes.length} of ${announced} bytes`);
  } catch (error) {
    // Nobody reads on, and an origin that sends without end must hear of it.
    await response.body?.cancel().catch(() => {});
    throw error;
  } finally {
    share.close();
  }
}

const unbounded: Share = { expect() {}, arrived() {}, close() {} };

async function whole(response: Response, announced: number, share: Share): Promise<Uint8Array> {
  share.expect(announced);
  try {
    const bytes = Buffer.from(await response.arrayBuffer());
    share.arrived(bytes.length);
    return bytes;
  } catch (error) {
    throw brokenOff(error, "before the end");
  }
}

async function fill(response: Response, announced: number, share: Share): Promise<Uint8Array> {
  // Takes no memory before it is written to.
  const bytes = Buffer.allocUnsafeSlow(announced);
  const length = await readPieces(response, announced, share, (piece, at) => move(piece, bytes, at));
  return bytes.subarray(0, length);
}

/** @param maxBytes more is an error */
async function collect(response: Response, maxBytes: number, share: Share): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const length = await readPieces(response, maxBytes, twice(share), (piece) => pieces.push(piece));
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const piece of pieces) {
    const { byteLength } = piece;
    move(piece, bytes, at);
    at += byteLength;
  }
  return bytes;
}

/** For what is there in pieces and as a whole, for a moment. */
function twice({ expect, arrived, close }: Share): Share {
  return { expect: (bytes) => expect(2 * bytes), arrived: (bytes) => arrived(2 * bytes), close };
}

/** Copies a piece, and gives its memory back at once: until it is collected there would be twice as much. */
function move(piece: Uint8Array, bytes: Uint8Array, at: number): void {
  bytes.set(piece, at);
  const { buffer } = piece;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === piece.byteLength) buffer.transfer(0);
}

/**
 * Hands on what comes, piece by piece. Room is kept for as much again as is here: who announces much and sends nothing
 * takes it from nobody, and what is broken off for want of room is so before most of it has come.
 * @returns the number of bytes
 */
async function readPieces(
  response: Response,
  maxBytes: number,
  share: Share,
  take: (piece: Uint8Array, at: number) => void,
): Promise<number> {
  let length = 0;
  let room = 0;
  const makeRoom = () => {
    const wanted = Math.min(maxBytes, 2 * length + firstBytes);
    share.expect(wanted - room);
    room = wanted;
  };
  try {
    makeRoom();
    for await (const piece of response.body ?? []) {
      const at = length;
      length += piece.byteLength;
      if (length > maxBytes) throw tooLarge(maxBytes);
      makeRoom();
      share.arrived(piece.byteLength);
      take(piece, at);
    }
  } catch (error) {
    throw brokenOff(error, `after ${length} bytes`);
  }
  return length;
}

/** An origin that began to answer was reached: nobody should try its other URL. */
function brokenOff(error: unknown, when: string): unknown {
  if (error instanceof FreshetError || isAbort(error)) return error;
  return new FreshetError("origin_down", `the origin broke off ${when}`, { cause: error });
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError");
}

function tooLarge(maxBytes: number): FreshetError {
  return new FreshetError("original_too_large", `originals may have ${maxBytes} bytes`);
}
