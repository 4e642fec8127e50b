import { setImmediate as nextTurn } from "node:timers/promises";
import { mapFrames, type Pixels } from "../../pixels.ts";

/** Pixels that are added up before others get their turn: some tenths of a millisecond. */
const pixelsPerTurn = 65_536;

/**
 * Squares of one color, `block` pixels a side, 2 to 100, from the top left; the last ones are what remains. Each has the
 * exact mean of its pixels, colors weighted by their alpha.
 *
 * libvips has means of blocks inside, but none that can be asked for by itself: its resizing blends neighboring blocks.
 */
export function pixelate(pixels: Pixels, { block }: { readonly block: number }): Promise<Pixels> {
  return mapFrames(pixels, (frame) => pixelateFrame(frame, Math.max(1, Math.round(block))));
}

async function pixelateFrame(frame: Pixels, block: number): Promise<Pixels> {
  const { width, height, channels } = frame;
  const stride = width * channels;
  const rowsPerTurn = Math.max(1, Math.floor(pixelsPerTurn / width));
  const data = new Uint8Array(stride * height);
  for (let top = 0; top < height; top += block) {
    const bottom = Math.min(height, top + block);
    const sums = new Float64Array(Math.ceil(width / block) * channels);
    for (let y = top; y < bottom; y++) {
      // Also before the first row: the frames of an animation are small, and many.
      if (y % rowsPerTurn === 0) await nextTurn();
      addRow(sums, frame.data.subarray(y * stride, (y + 1) * stride), block, channels);
    }
    fillRow(data.subarray(top * stride, (top + 1) * stride), sums, bottom - top, block, channels);
    for (let y = top + 1; y < bottom; y++) data.copyWithin(y * stride, top * stride, (top + 1) * stride);
  }
  return { ...frame, data };
}

/** Adds each pixel to its block: colors, times alpha where there is one, and alpha. */
function addRow(sums: Float64Array, row: Uint8Array, block: number, channels: 3 | 4): void {
  const step = block * channels;
  for (let start = 0, to = 0; start < row.length; start += step, to += channels) {
    const end = Math.min(row.length, start + step);
    let red = 0;
    let green = 0;
    let blue = 0;
    let alpha = 0;
    for (let at = start; at < end; at += channels) {
      const weight = channels === 4 ? (row[at + 3] as number) : 1;
      red += weight * (row[at] as number);
      green += weight * (row[at + 1] as number);
      blue += weight * (row[at + 2] as number);
      alpha += weight;
    }
    sums[to] = (sums[to] as number) + red;
    sums[to + 1] = (sums[to + 1] as number) + green;
    sums[to + 2] = (sums[to + 2] as number) + blue;
    if (channels === 4) sums[to + 3] = (sums[to + 3] as number) + alpha;
  }
}

function fillRow(row: Uint8Array, sums: Float64Array, rows: number, block: number, channels: 3 | 4): void {
  const step = block * channels;
  for (let start = 0, from = 0; start < row.length; start += step, from += channels) {
    const end = Math.min(row.length, start + step);
    const count = ((end - start) / channels) * rows;
    const weight = channels === 4 ? (sums[from + 3] as number) : count;
    // Nothing is seen of a block without alpha: all sums are zero.
    const divisor = weight === 0 ? 1 : weight;
    const red = Math.round((sums[from] as number) / divisor);
    const green = Math.round((sums[from + 1] as number) / divisor);
    const blue = Math.round((sums[from + 2] as number) / divisor);
    const alpha = Math.round(weight / count);
    for (let at = start; at < end; at += channels) {
      row[at] = red;
      row[at + 1] = green;
      row[at + 2] = blue;
      if (channels === 4) row[at + 3] = alpha;
    }
  }
}
