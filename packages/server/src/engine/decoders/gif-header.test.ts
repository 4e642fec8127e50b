import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { green, raster, red, toGif } from "../test-pictures.ts";
import { readGifHeader } from "./gif-header.ts";
import { readVipsHeader } from "./vips-header.ts";

/** A GIF of 60x40 with two frames, written by libvips. */
const moving = await toGif(
  raster(60, 40, (x) => [4 * x, 100, 100, 255]),
  raster(60, 40, (x, y) => (x > y ? red : green)),
);
const firstFrame = Buffer.from(moving).indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 60, 0, 40, 0]));

function changed(change: (file: Buffer) => void): Uint8Array {
  const file = Buffer.from(moving);
  change(file);
  return file;
}

const sized = (width: number, height: number) =>
  changed((file) => {
    file.writeUInt16LE(width, 6);
    file.writeUInt16LE(height, 8);
  });

async function byVips(file: Uint8Array) {
  const { format, ...header } = await readVipsHeader(file);
  expect(format).toBe("gif");
  return header;
}

test("says of a GIF what libvips says", async () => {
  expect(readGifHeader(moving)).toMatchObject({ width: 60, height: 40, frames: 2 });
  for (const file of [moving, await toGif(raster(1, 1, () => red)), sized(2048, 2048), sized(61, 40)]) {
    expect(readGifHeader(file)).toEqual(await byVips(file));
  }
});

const left: readonly (readonly [why: string, file: Uint8Array])[] = [
  ["it is cut off", moving.subarray(0, -1)],
  ["it is only a beginning", moving.subarray(0, 12)],
  ["there is something else between its blocks", changed((file) => file.fill(1, firstFrame, firstFrame + 1))],
  ["it has no size", sized(0, 40)],
  ["its size is that of a screen of old", sized(640, 480)],
  ["its size is larger than such screens were", sized(2049, 40)],
  ["a frame reaches beyond it", sized(59, 40)],
  ["a frame is empty", changed((file) => file.writeUInt16LE(0, firstFrame + 5))],
];
describe("a GIF is left to libvips, which may know better, if", () => {
  for (const [why, file] of left) test(why, () => expect(readGifHeader(file)).toBeNull());
});

test("whatever is changed in a GIF: what it says then, libvips says, too", async () => {
  const change = fc.record({ at: fc.nat(moving.length - 1), to: fc.nat(255) });
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.nat(moving.length),
      async (changes, cut) => {
        const whole = changed((file) => {
          for (const { at, to } of changes) if (at > 5) file[at] = to;
        });
        for (const file of [whole, whole.subarray(0, Math.max(cut, 6))]) {
          const header = readGifHeader(file);
          if (header === null) continue;
          answered++;
          expect(header).toEqual(await byVips(file));
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(answered).toBeGreaterThan(50);
});
