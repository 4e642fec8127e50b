import { createHash } from "node:crypto";
import { FreshetError } from "@freshet/core";

const maxChars = 255;

/**
 * The key of `Idempotency-Key`: a string of RFC 9651 in quotes, as the draft wants it, or bare, as many clients send it.
 *
 * @returns `null` without the header
 * @throws FreshetError `bad_idempotency_key`
 */
export function readIdempotencyKey(header: string | null): string | null {
  if (header === null) return null;
  const [, quoted, bare] = /^\s*(?:"((?:[^"\\]|\\["\\])*)"|([^\s",;\\]+))\s*$/.exec(header) ?? [];
  const key = quoted?.replace(/\\(.)/g, "$1") ?? bare;
  if (key === undefined || key === "" || key.length > maxChars || !/^[\x20-\x7e]+$/.test(key)) {
    throw new FreshetError(
      "bad_idempotency_key",
      `Idempotency-Key is a text in quotes, of 1 to ${maxChars} ASCII characters, such as "8e03978e-40d5-43e8"`,
    );
  }
  return key;
}

export function hashBody(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
