/** Test-only: Windows bitmaps and icons, put together byte by byte. */

/** Red, green, blue and yellow as a palette has them: blue first, and a byte that says nothing. */
export const palette = [
  [0, 0, 255, 0],
  [0, 255, 0, 0],
  [255, 0, 0, 0],
  [0, 255, 255, 0],
] as const;

export interface Bitmap {
  readonly width?: number;
  /** Negative for rows from the top. */
  readonly height?: number;
  readonly bits: number;
  /** Length of the header. */
  readonly header?: 12 | 16 | 40 | 56 | 64 | 108 | 124;
  readonly compression?: number;
  readonly masks?: readonly number[];
  readonly palette?: readonly (readonly number[])[];
  /** Bytes of the rows, as they are in the file. */
  readonly rows: readonly number[];
}

/** Without the file header, as in an icon. */
export function makeDib(bitmap: Bitmap): Buffer {
  const { width = 2, height = 2, bits, header = 40, compression = 0, masks = [], rows } = bitmap;
  const colorBytes = header === 12 ? 3 : 4;
  const head = Buffer.alloc(header === 40 ? 40 + 4 * masks.length : header);
  head.writeUInt32LE(header, 0);
  if (header === 12) {
    head.writeUInt16LE(width, 4);
    head.writeUInt16LE(height, 6);
    head.writeUInt16LE(1, 8);
    head.writeUInt16LE(bits, 10);
  } else {
    head.writeInt32LE(width, 4);
    head.writeInt32LE(height, 8);
    head.writeUInt16LE(1, 12);
    head.writeUInt16LE(bits, 14);
  }
  if (header >= 40) {
    head.writeUInt32LE(compression, 16);
    head.writeUInt32LE(bitmap.palette?.length ?? 0, 32);
    for (const [index, mask] of masks.entries()) head.writeUInt32LE(mask, 40 + 4 * index);
  }
  const colors = (bitmap.palette ?? []).flatMap((color) => color.slice(0, colorBytes));
  return Buffer.concat([head, Buffer.from(colors), Buffer.from(rows)]);
}

export function makeBmp(bitmap: Bitmap): Buffer {
  const dib = makeDib(bitmap);
  const head = Buffer.alloc(14);
  head.write("BM", "latin1");
  head.writeUInt32LE(14 + dib.length, 2);
  head.writeUInt32LE(14 + dib.length - bitmap.rows.length, 10);
  return Buffer.concat([head, dib]);
}

/** A bitmap with its mask: `height` counts the rows of both. */
export function makeIconDib(bitmap: Bitmap, mask: readonly number[]): Buffer {
  const { height = 2, rows } = bitmap;
  return makeDib({ ...bitmap, height: 2 * height, rows: [...rows, ...mask] });
}

/** @param kind 1 for an icon, 2 for a cursor */
export function makeIco(kind: 1 | 2, ...pictures: readonly Uint8Array[]): Buffer {
  const directory = Buffer.alloc(6 + 16 * pictures.length);
  directory.writeUInt16LE(kind, 2);
  directory.writeUInt16LE(pictures.length, 4);
  let at = directory.length;
  for (const [index, { length }] of pictures.entries()) {
    directory.writeUInt32LE(length, 14 + 16 * index);
    directory.writeUInt32LE(at, 18 + 16 * index);
    at += length;
  }
  return Buffer.concat([directory, ...pictures]);
}
