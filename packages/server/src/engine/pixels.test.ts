import { expect, test } from "bun:test";
import { frameOf, mapFrames, type Pixels } from "./pixels.ts";

/** Frames of one pixel, each of these levels of gray. */
function movingOf(...levels: number[]): Pixels {
  const data = new Uint8Array(levels.flatMap((level) => [level, level, level]));
  const delays = levels.map((_, at) => 10 * at);
  return { data, width: 1, height: 1, channels: 3, frames: levels.length, delays, loop: 3, icc: null };
}

test("each frame is worked on, but for those that are as the one before", async () => {
  const seen: number[] = [];
  const mapped = await mapFrames(movingOf(1, 1, 2, 2, 2, 1, 3), async (frame) => {
    const level = frame.data[0] as number;
    seen.push(level);
    // Twice as wide: what is copied has another size than what it is known by.
    return { ...frame, width: 2, data: new Uint8Array(6).fill(level * 10) };
  });
  expect(seen).toEqual([1, 2, 1, 3]);
  expect(Array.from({ length: 7 }, (_, at) => frameOf(mapped, at).data[5])).toEqual([
    ...[10, 10, 20, 20, 20, 10, 30],
  ]);
  expect([mapped.width, mapped.frames, mapped.delays.length, mapped.loop]).toEqual([2, 7, 7, 3]);
});
