import type { Entry } from "./store.ts";

/*
 * A file of the disk store, and an object of the shared one:
 *
 *   0   4  magic "FRS3"
 *   4   8  hash (wyhash, little endian) of the bytes, seeded with that of what stands between it and them, seeded with that
 *          of the key: tells a torn or altered file from a whole one, and one that lies under another's name
 *   12  2  length of the media type, little endian
 *   14  n  media type, ASCII
 *   14+n   the bytes
 */
const magic = 0x33535246;
const headBytes = 14;

/** How much an entry takes as a file. */
export function entryBytes({ bytes, type }: Entry): number {
  return headBytes + Buffer.byteLength(type) + bytes.byteLength;
}

/** What comes before the bytes. */
export function encodeHead({ bytes, type }: Entry, key: string): Uint8Array {
  const typeBytes = new TextEncoder().encode(type);
  const head = new Uint8Array(headBytes + typeBytes.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(12, typeBytes.length, true);
  head.set(typeBytes, headBytes);
  view.setBigUint64(4, checksum(head, bytes, key), true);
  return head;
}

export function encodeEntry(entry: Entry, key: string): Uint8Array {
  return Buffer.concat([encodeHead(entry, key), entry.bytes]);
}

/** @returns `null` for a file that is not whole, or not of this key */
export function decodeEntry(file: Uint8Array, key: string): Entry | null {
  if (file.byteLength < headBytes) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0, true) !== magic) return null;
  const start = headBytes + view.getUint16(12, true);
  const [head, bytes] = [file.subarray(0, start), file.subarray(start)];
  if (view.getBigUint64(4, true) !== checksum(head, bytes, key)) return null;
  return { type: new TextDecoder().decode(head.subarray(headBytes)), bytes };
}

function checksum(head: Uint8Array, bytes: Uint8Array, key: string): bigint {
  return Bun.hash.wyhash(bytes, Bun.hash.wyhash(head.subarray(12), Bun.hash.wyhash(key)));
}
