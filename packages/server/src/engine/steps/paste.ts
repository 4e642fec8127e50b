import { setImmediate as nextTurn } from "node:timers/promises";
import { frameBytes, frameOf, type Pixels } from "../pixels.ts";
import { collectPixels, openPixels } from "../vips.ts";

/** Bytes that are copied before others get their turn: a millisecond or two. */
const bytesPerTurn = 8 * 1024 * 1024;

/** Puts each frame of `piece` into the same frame of `onto`, over what is there; channels have to be as many. */
export async function paste(onto: Pixels, piece: Pixels, left: number, top: number): Promise<Pixels> {
  // A copy made off this thread: what comes in is not written to.
  const { data, channels } = await collectPixels(openPixels(onto), onto);
  const from = piece.width * channels;
  let copied = 0;
  for (let index = 0; index < onto.frames; index++) {
    const rows = frameOf(piece, index).data;
    const start = index * frameBytes(onto) + left * channels;
    for (let y = 0; y < piece.height; y++) {
      data.set(rows.subarray(y * from, (y + 1) * from), start + (top + y) * onto.width * channels);
      copied += from;
      if (copied < bytesPerTurn) continue;
      copied = 0;
      await nextTurn();
    }
  }
  return { ...onto, data };
}
