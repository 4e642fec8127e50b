import { FreshetError } from "@freshet/core";
import type { Incoming, Share } from "../../memory-guard.ts";

/** What a body may take. */
export interface BodyBounds {
  readonly maxBytes: number;
  /** Where room is kept for it; left out for what is small. */
  readonly incoming?: Incoming;
}

/** Up to here a body is read in one go, which is quicker. */
const wholeBytes = 1024 * 1024;

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
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw brokenOff(error, "before the end");
  }
}

async function fill(response: Response, announced: number, share: Share): Promise<Uint8Array> {
  // Takes no memory before it is written to.
  const bytes = Buffer.allocUnsafeSlow(announced);
  const length = await readPieces(response, announced, share, (piece, at) => bytes.set(piece, at));
  return bytes.subarray(0, length);
}

/** @param maxBytes more is an error */
async function collect(response: Response, maxBytes: number, share: Share): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const length = await readPieces(response, maxBytes, share, (piece) => pieces.push(piece));
  // For a moment they are there twice.
  share.expect(length);
  const bytes = Buffer.concat(pieces);
  share.arrived(length);
  return bytes;
}

/**
 * Hands on what comes, piece by piece. Room is kept for as much again as is here, so that who announces much and sends
 * nothing takes it from nobody.
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
    const more = Math.min(Math.max(room, wholeBytes), maxBytes - room);
    share.expect(more);
    room += more;
  };
  try {
    makeRoom();
    for await (const piece of response.body ?? []) {
      if (length + piece.byteLength > maxBytes) throw tooLarge(maxBytes);
      while (length + piece.byteLength > room) makeRoom();
      take(piece, length);
      length += piece.byteLength;
      share.arrived(piece.byteLength);
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
