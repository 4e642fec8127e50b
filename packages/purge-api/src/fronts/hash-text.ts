/** SHA-256 of a text, as hex: the servers name tags with it. */
export function hashText(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
