import { deflateSync } from "node:zlib";

/** Test-only: PNG files put together chunk by chunk, for what libvips does not write. */

export type PngChunk = readonly [name: string, data: Uint8Array];

export function pngOf(...chunks: readonly PngChunk[]): Uint8Array {
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, ...chunks.map(([name, data]) => pngChunk(name, data))]);
}

export function pngChunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(Bun.hash.crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** @param colorType 0 gray, 2 true color, 3 palette, 4 gray with alpha, 6 true color with alpha */
export function pngHeader(width: number, height: number, depth: number, colorType: number): PngChunk {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType], 8);
  return ["IHDR", header];
}

/** Rows as they are in the file, each packed into bytes: none of them is filtered. */
export function pngPixels(rows: readonly (readonly number[])[]): Buffer {
  return deflateSync(Buffer.from(rows.flatMap((row) => [0, ...row])));
}

export const pngEnd: PngChunk = ["IEND", new Uint8Array(0)];
