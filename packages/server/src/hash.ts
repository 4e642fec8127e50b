/** SHA-256 of a text, as hex: core's keys are made with it. */
export function hashText(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

/** Name of an original's bytes: the first 128 bits of their SHA-256. */
export function hashContent(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 32);
}
