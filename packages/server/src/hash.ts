import { setImmediate as nextTurn } from "node:timers/promises";

/** SHA-256 of a text, as hex: core's keys are made with it. */
export function hashText(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/** SHA-1 of a text, as hex: Cloudimage's signatures are made with it, and nothing else. */
export function sha1Text(text: string): string {
  return new Bun.CryptoHasher("sha1").update(text).digest("hex");
}

/** Some 4 ms of hashing: other requests get their turn after each. */
const sliceBytes = 4 * 1024 * 1024;

/** Name of an original's bytes: the first 128 bits of their SHA-256. */
export async function hashContent(bytes: Uint8Array): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  for (let at = 0; at < bytes.byteLength; at += sliceBytes) {
    if (at > 0) await nextTurn();
    hasher.update(bytes.subarray(at, at + sliceBytes));
  }
  return hasher.digest("hex").slice(0, 32);
}
