import { FreshetError } from "@freshet/core";

/**
 * Stops reading as soon as there is too much; a body that is shorter than announced is not taken for the picture.
 * @throws FreshetError `original_too_large`, `origin_down`; DOMException when the request's time is over
 */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(response.headers.get("content-length") ?? Number.NaN);
  if (announced > maxBytes) {
    await response.body?.cancel();
    throw tooLarge(maxBytes);
  }
  // What is announced and not packed is no more than that: it need not be looked at piece by piece.
  const isBounded = !Number.isNaN(announced) && !response.headers.has("content-encoding");
  const bytes = isBounded ? await whole(response) : await collect(response, maxBytes);
  if (bytes.length < announced && !response.headers.has("content-encoding")) {
    throw new FreshetError("origin_down", `the origin sent ${bytes.length} of ${announced} bytes`);
  }
  return bytes;
}

async function whole(response: Response): Promise<Uint8Array> {
  try {
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw brokenOff(error, "before the end");
  }
}

async function collect(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw brokenOff(error, `after ${length} bytes`);
  }
  return Buffer.concat(chunks);
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
