import { describe, expect, test } from "bun:test";
import { flip } from "./flip.ts";
import { busyPixels, kinds, pixelOf, shapeOf } from "./test-pixels.ts";

describe("flip", () => {
  for (const { channels, frames } of kinds) {
    const picture = busyPixels(17, 11, channels, frames);
    const moved = {
      h: (x: number, y: number) => [16 - x, y] as const,
      v: (x: number, y: number) => [x, 10 - y] as const,
      hv: (x: number, y: number) => [16 - x, 10 - y] as const,
    };
    for (const way of ["h", "v", "hv"] as const) {
      test(`${way} moves every pixel to the other side, ${channels} channels, ${frames} frames`, async () => {
        const flipped = await flip(picture, way);
        expect(shapeOf(flipped)).toEqual(shapeOf(picture));
        for (let frame = 0; frame < frames; frame++) {
          for (let y = 0; y < 11; y++) {
            for (let x = 0; x < 17; x++) {
              expect(pixelOf(flipped, ...moved[way](x, y), frame)).toEqual(pixelOf(picture, x, y, frame));
            }
          }
        }
      });

      test(`${way} twice changes nothing, ${channels} channels, ${frames} frames`, async () => {
        const twice = await flip(await flip(picture, way), way);
        expect(Buffer.from(twice.data)).toEqual(Buffer.from(picture.data));
      });
    }
  }
});
