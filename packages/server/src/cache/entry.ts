import type { Entry } from "./store.ts";

/*
 * A file of the disk store, and an object of the shared one:
 *
 *   0   4  magic "FRS2"
 *   4   8  hash of everything from byte 12 on (wyhash, little endian), seeded with the hash of the key: tells a torn or
 *          altered file from a whole one, and one that lies under another's name
 *   12  2  length of the media type, little endian
 *   14  n  media type, ASCII
 *   14+n   the bytes
 */
const magic = 0x32535246;
const headerBytes = 14;

/** How much an entry takes as a file. */
export function entryBytes({ bytes, type }: Entry): number {
  return headerBytes + Buffer.byteLength(type) + bytes.byteLength;
}

export function encodeEntry({ bytes, type }: Entry, key: string): Uint8Array {
  const typeBytes = new TextEncoder().encode(type);
  const file = new Uint8Array(headerBytes + typeBytes.length + bytes.byteLength);
  const view = new DataView(file.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(12, typeBytes.length, true);
  file.set(typeBytes, headerBytes);
  file.set(bytes, headerBytes + typeBytes.length);
  view.setBigUint64(4, checksum(file, key), true);
  return file;
}

/** @returns `null` for a file that is not whole, or not of this key */
export function decodeEntry(file: Uint8Array, key: string): Entry | null {
  if (file.byteLength < headerBytes) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== magic) return null;
  if (view.getBigUint64(4, true) !== checksum(file, key)) return null;
  const start = headerBytes + view.getUint16(12, true);
  return { type: new TextDecoder().decode(file.subarray(headerBytes, start)), bytes: file.subarray(start) };
}

function checksum(file: Uint8Array, key: string): bigint {
  return Bun.hash.wyhash(file.subarray(12), Bun.hash.wyhash(key));
}
