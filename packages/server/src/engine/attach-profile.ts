import { deflateSync } from "node:zlib";

const signatureAndHeader = 8 + 25;

/**
 * Puts an ICC profile into a PNG that has none, right behind its header.
 * @see PNG specification, third edition, section 11.3.2.3 (iCCP)
 */
export function attachProfile(png: Uint8Array, icc: Uint8Array): Uint8Array {
  const name = new TextEncoder().encode("profile\0\0");
  const body = Buffer.concat([name, deflateSync(icc)]);
  const chunk = Buffer.alloc(12 + body.length);
  chunk.writeUInt32BE(body.length, 0);
  chunk.write("iCCP", 4, "latin1");
  chunk.set(body, 8);
  chunk.writeUInt32BE(Bun.hash.crc32(chunk.subarray(4, 8 + body.length)), 8 + body.length);
  return Buffer.concat([png.subarray(0, signatureAndHeader), chunk, png.subarray(signatureAndHeader)]);
}
