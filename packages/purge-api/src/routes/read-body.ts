import { FreshetError, limits } from "@freshet/core";

/** Reads the body of a request, once. @throws FreshetError `body_too_large`, `too_busy`; `bad_json` for one that breaks off */
export type ReadBody = (request: Request) => Promise<Uint8Array>;

export interface BodyRoom {
  /** Bodies that are read at once. */
  readonly bodies: number;
  /** Bytes that all of them may take together, beyond {@link smallBytes} each. */
  readonly bytes: number;
}

/** For requests whose key was looked at before. */
export const roomWithKey: BodyRoom = { bodies: 1_024, bytes: 64 * 1024 * 1024 };
/** For those that anybody can send: a signature is of the whole body, so there has to be one. */
export const roomForAnybody: BodyRoom = { bodies: 256, bytes: 16 * 1024 * 1024 };

/** A hundred paths and more: such a body is read however many large ones there are. */
const smallBytes = 64 * 1024;

/**
 * Bodies come as slowly as those who send them like, and lie in memory meanwhile: so it is bounded how much of them does.
 * @param room shared by all that are read by what is returned
 */
export function createReadBody(room: BodyRoom): ReadBody {
  let bodies = 0;
  let bytes = 0;

  /** @param took told of the room that it takes, and keeps until it is released */
  async function collect(
    request: Request,
    pieces: Uint8Array[],
    took: (more: number) => void,
  ): Promise<void> {
    let length = 0;
    for await (const piece of request.body ?? []) {
      length += piece.byteLength;
      if (length > limits.purgeBodyBytes) throw tooLarge();
      if (length > smallBytes) {
        if (bytes + piece.byteLength > room.bytes) throw tooBusy();
        took(piece.byteLength);
      }
      pieces.push(piece);
    }
  }

  return async (request) => {
    const announced = Number(request.headers.get("content-length") ?? Number.NaN);
    if (announced > limits.purgeBodyBytes) throw tooLarge();
    if (bodies >= room.bodies) throw tooBusy();
    let own = 0;
    bodies++;
    try {
      if (announced <= smallBytes) return new Uint8Array(await request.arrayBuffer());
      const pieces: Uint8Array[] = [];
      await collect(request, pieces, (more) => {
        own += more;
        bytes += more;
      });
      return Buffer.concat(pieces);
    } catch (error) {
      if (error instanceof FreshetError) throw error;
      throw new FreshetError("bad_json", "the body broke off before its end", { cause: error });
    } finally {
      bodies--;
      bytes -= own;
    }
  };
}

/**
 * A body as JSON, whatever its media type says: many clients of Cloudimage send none.
 * @throws FreshetError `bad_json`
 */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new FreshetError("bad_json", `the body is not JSON: ${(error as Error).message}`);
  }
}

function tooLarge(): FreshetError {
  return new FreshetError("body_too_large", `a body may have ${limits.purgeBodyBytes} bytes`);
}

function tooBusy(): FreshetError {
  return new FreshetError("too_busy", "too many bodies are being read; try again in a moment");
}
