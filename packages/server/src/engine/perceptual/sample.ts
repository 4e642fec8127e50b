import { frameOf, type Pixels } from "../pixels.ts";

/** Codecs work in blocks of 8 or 16 pixels: tiles lie on that grid, as the same pixels do in the whole picture. */
const block = 16;
const tilesPerSide = 2;
/** A side is never cut shorter than this. */
const leastTile = 64;

/**
 * What of a picture is tried out and looked at: all of it, or, where it has more than `maxPixels`, four tiles from the
 * middles of its quarters. Scaled down it would not do, for scaling hides the very faults that are looked for. Each
 * tile is to be encoded by itself: beside each other, their seams would ring, and cost more than anything else.
 * Of an animation, the frame in the middle.
 */
export function sample(pixels: Pixels, maxPixels: number): Pixels[] {
  const frame = { ...frameOf(pixels, pixels.frames >> 1), icc: null };
  const { width, height } = frame;
  // A copy: what is sent to another thread takes the whole buffer along of which it is a part.
  if (width * height <= maxPixels) return [{ ...frame, data: frame.data.slice() }];
  // Both sides give the same share; what a short one cannot give, the other does.
  const share = Math.sqrt(maxPixels / (width * height));
  const short = tileLength(Math.min(width, height), share * Math.min(width, height));
  const long = tileLength(Math.max(width, height), maxPixels / Math.min(tilesPerSide * short, width, height));
  const [across, down] = width < height ? [short, long] : [long, short];
  return starts(height, down).flatMap((top) =>
    starts(width, across).map((left) => cut(frame, left, top, across, down)),
  );
}

/** Tiles below each other: as one picture, reference and candidate can be compared at once. */
export function stack(tiles: readonly Pixels[]): Pixels {
  const [first] = tiles as [Pixels];
  if (tiles.length === 1) return first;
  const size = first.data.byteLength;
  const data = new Uint8Array(size * tiles.length);
  for (const [at, tile] of tiles.entries()) data.set(tile.data, at * size);
  return { ...first, data, height: first.height * tiles.length };
}

function tileLength(side: number, wanted: number): number {
  const length = Math.max(leastTile, Math.floor(wanted / tilesPerSide / block) * block);
  return length * tilesPerSide >= side ? side : length;
}

/** A side that is kept whole is one tile. */
function starts(side: number, length: number): number[] {
  if (length === side) return [0];
  return Array.from({ length: tilesPerSide }, (_, index) => {
    const middle = ((index + 0.5) * side) / tilesPerSide;
    return Math.floor((middle - length / 2) / block) * block;
  });
}

function cut({ data, ...source }: Pixels, left: number, top: number, width: number, height: number): Pixels {
  const { channels } = source;
  const tile = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * source.width + left) * channels;
    tile.set(data.subarray(start, start + width * channels), y * width * channels);
  }
  return { ...source, data: tile, width, height };
}
