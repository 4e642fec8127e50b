import { FreshetError, limits } from "@freshet/core";

/**
 * The body of a request, read once.
 * @throws FreshetError `body_too_large`; `bad_json` for one that does not come to its end
 */
export async function readBody(request: Request): Promise<Uint8Array> {
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > limits.purgeBodyBytes) throw tooLarge();
  const bytes = await request.arrayBuffer().catch((cause) => {
    throw new FreshetError("bad_json", "the body broke off before its end", { cause });
  });
  if (bytes.byteLength > limits.purgeBodyBytes) throw tooLarge();
  return new Uint8Array(bytes);
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
