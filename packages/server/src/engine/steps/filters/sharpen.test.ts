import { describe, expect, test } from "bun:test";
import type { Pixels } from "../../pixels.ts";
import { alphaOf, busyPixels, kinds, paint, pixelOf, toLevel, worstDifference } from "../test-pixels.ts";
import { sharpen } from "./sharpen.ts";

/** color + amount × (color - blur), the blur a Gaussian of sigma 0.5 in floating point, weighted by alpha. */
function reference(pixels: Pixels, amount: number): Pixels {
  const { width, height, channels, frames } = pixels;
  const within = (value: number, length: number) => Math.min(length - 1, Math.max(0, value));
  return paint(
    width,
    height,
    channels,
    (x, y, frame) => {
      const own = pixelOf(pixels, x, y, frame);
      const sums = [0, 0, 0];
      let weights = 0;
      for (let dy = -2; dy <= 2; dy++) {
        for (let dx = -2; dx <= 2; dx++) {
          const near = pixelOf(pixels, within(x + dx, width), within(y + dy, height), frame);
          const weight = Math.exp(-(dx * dx + dy * dy) / 0.5) * ((near[3] ?? 255) / 255);
          weights += weight;
          for (let channel = 0; channel < 3; channel++)
            sums[channel] = (sums[channel] as number) + weight * (near[channel] as number);
        }
      }
      const colors = sums.map((sum, channel) => {
        const level = own[channel] as number;
        return toLevel(weights === 0 ? level : level + amount * (level - sum / weights));
      });
      return [...colors, own[3] ?? 255];
    },
    frames,
  );
}

describe("sharpen", () => {
  for (const { channels, frames } of kinds) {
    for (const amount of [0.5, 1, 4]) {
      test(`amount ${amount} is the textbook's unsharp mask, ${channels} channels, ${frames} frames`, async () => {
        const picture = busyPixels(61, 43, channels, frames);
        const sharp = await sharpen(picture, { amount });
        // With alpha the blur is rounded before it is subtracted `amount` times.
        const far = channels === 4 ? 1 + amount / 2 : 1;
        expect(worstDifference(sharp, reference(picture, amount))).toBeLessThanOrEqual(far);
        expect(alphaOf(sharp)).toEqual(alphaOf(picture));
      });
    }
  }

  test("by hand: an edge is steeper by what the mask says, and 1 is mild", async () => {
    const edge = paint(8, 8, 3, (x) => (x < 4 ? [100, 100, 100] : [200, 200, 200]));
    const sharp = await sharpen(edge, { amount: 1 });
    // One of three weights 1 : e^2 : 1 lies beyond the edge, 10.65 % of 100 levels.
    expect([2, 3, 4, 5].map((x) => pixelOf(sharp, x, 4)[0])).toEqual([100, 89, 211, 200]);
  });

  test("what is flat stays so, opaque or not, at any amount", async () => {
    for (const alpha of [255, 200, 90]) {
      const flat = paint(20, 20, 4, () => [200, 101, 3, alpha]);
      expect(worstDifference(await sharpen(flat, { amount: 4 }), flat)).toBe(0);
    }
  });

  test("cut-out objects get no rim, whatever hides in what is transparent", async () => {
    for (const hidden of [0, 255]) {
      const cutOut = paint(20, 20, 4, (x) => (x < 10 ? [120, 120, 120, 255] : [hidden, hidden, hidden, 0]));
      const sharp = await sharpen(cutOut, { amount: 4 });
      for (let x = 0; x < 10; x++) expect(pixelOf(sharp, x, 10)).toEqual([120, 120, 120, 255]);
    }
  });

  test("a large picture is worked on in strips, and nobody sees where they meet", async () => {
    // Two strips of 500 rows, and one of 3.
    const large = paint(2000, 1003, 4, (x, y) => [
      (x * 7 + y * 13) % 256,
      (y * 31) % 256,
      (x ^ y) & 255,
      255,
    ]);
    const sharp = await sharpen(large, { amount: 2 });
    const opaque = await sharpen(
      paint(2000, 1003, 3, (x, y) => pixelOf(large, x, y)),
      { amount: 2 },
    );
    let worst = 0;
    for (let y = 0; y < 1003; y++) {
      // All rows near the seams, some of the others.
      if (y % 100 !== 0 && Math.abs(y - 500) > 3 && y < 996) continue;
      for (let x = 0; x < 2000; x++) {
        const [one, other] = [pixelOf(sharp, x, y), pixelOf(opaque, x, y)];
        for (let channel = 0; channel < 3; channel++) {
          worst = Math.max(worst, Math.abs((one[channel] as number) - (other[channel] as number)));
        }
      }
    }
    // What is rounded before it is subtracted twice.
    expect(worst).toBeLessThanOrEqual(2);
  });

  test("nothing is nothing", async () => {
    const picture = busyPixels(9, 9, 4);
    expect(await sharpen(picture, { amount: 0 })).toBe(picture);
  });

  test("a picture of one pixel", async () => {
    const one = paint(1, 1, 4, () => [9, 8, 7, 6]);
    expect((await sharpen(one, { amount: 2 })).data).toEqual(Buffer.from([9, 8, 7, 6]));
  });
});
