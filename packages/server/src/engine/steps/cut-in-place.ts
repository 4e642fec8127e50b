import { setImmediate as nextTurn } from "node:timers/promises";
import type { Box } from "@freshet/core";
import type { Pixels } from "../pixels.ts";

/** Bytes that are moved before others get their turn: a millisecond or two. */
const bytesPerTurn = 8 * 1024 * 1024;

/**
 * Cuts a box out of a still picture that nobody else holds: its rows move up within its own memory, so that a large
 * picture is not there twice.
 */
export async function cutInPlace(pixels: Pixels, { left, top, width, height }: Box): Promise<Pixels> {
  const { data, channels } = pixels;
  const [from, to] = [pixels.width * channels, width * channels];
  let moved = 0;
  for (let y = 0; y < height; y++) {
    const start = (top + y) * from + left * channels;
    data.copyWithin(y * to, start, start + to);
    moved += to;
    if (moved < bytesPerTurn) continue;
    moved = 0;
    await nextTurn();
  }
  return { ...pixels, data: data.subarray(0, to * height), width, height };
}
