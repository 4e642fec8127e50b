import { expect, test } from "bun:test";
import { paste } from "./paste.ts";
import { busyPixels, kinds, paint, pixelOf } from "./test-pixels.ts";

for (const { channels, frames } of kinds) {
  test(`each frame gets its own piece, and keeps the rest; ${channels} channels, ${frames} frames`, async () => {
    const base = busyPixels(12, 9, channels, frames);
    const before = Buffer.from(base.data);
    const piece = paint(5, 4, channels, (x, y, frame) => [x, y, frame, 200], frames);
    const pasted = await paste(base, piece, 6, 3);
    for (let frame = 0; frame < frames; frame++) {
      for (let y = 0; y < 9; y++) {
        for (let x = 0; x < 12; x++) {
          const within = x >= 6 && x < 11 && y >= 3 && y < 7;
          expect(pixelOf(pasted, x, y, frame)).toEqual(
            within ? pixelOf(piece, x - 6, y - 3, frame) : pixelOf(base, x, y, frame),
          );
        }
      }
    }
    expect(Buffer.from(base.data)).toEqual(before);
  });
}

test("others get their turn while much is copied", async () => {
  const large = {
    ...paint(1, 1, 3, () => [0, 0, 0]),
    width: 4000,
    height: 2000,
    data: new Uint8Array(24_000_000).fill(7),
  };
  let turns = 0;
  let done = false;
  const count = () => {
    turns++;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  expect(
    (await paste({ ...large, data: new Uint8Array(24_000_000) }, large, 0, 0)).data.every(
      (level) => level === 7,
    ),
  ).toBe(true);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(2);
});
