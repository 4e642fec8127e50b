import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bunEighths, eighthsFor, shareOf, vipsShrink } from "./shrink.ts";

const side = fc.integer({ min: 1, max: 12_000 });
const size = fc.record({ width: side, height: side });

describe("how far a JPEG is shrunk while it is decoded", () => {
  const table: readonly [from: readonly [number, number], to: readonly [number, number], eighths: number][] =
    [
      [[6000, 4000], [600, 400], 2],
      [[6000, 4000], [375, 250], 1],
      [[6000, 4000], [750, 500], 2],
      [[6000, 4000], [1500, 1000], 4],
      [[6000, 4000], [1501, 1001], 8],
      [[6000, 4000], [6000, 4000], 8],
      // Of 2725 pixels an eighth is 340 and a bit more: taken for all of it, the picture would be moved.
      [[2725, 2225], [200, 163], 4],
      [[2725, 2225], [100, 82], 2],
      // The side that shrinks less decides.
      [[4000, 4000], [200, 1000], 4],
    ];
  for (const [[width, height], [toWidth, toHeight], eighths] of table) {
    test(`from ${width}x${height} to ${toWidth}x${toHeight} is to ${eighths}/8`, () => {
      expect(eighthsFor({ width, height }, { width: toWidth, height: toHeight })).toBe(eighths as 8);
    });
  }

  test("leaves twice the result's size, or all there is, and moves nothing by more than 0.15 pixels", () => {
    fc.assert(
      fc.property(size, size, (from, to) => {
        const share = eighthsFor(from, to);
        const { width, height } = shareOf(from, share);
        if (share === 8) return expect({ width, height }).toEqual(from);
        expect(width).toBeGreaterThanOrEqual(2 * to.width);
        expect(height).toBeGreaterThanOrEqual(2 * to.height);
        const times = Math.min(from.width / to.width, from.height / to.height);
        expect(((width * 8) / share - from.width) / times).toBeLessThanOrEqual(0.15);
        expect(((height * 8) / share - from.height) / times).toBeLessThanOrEqual(0.15);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is left to libvips for large ones, and as far as it wants where speed counts more", () => {
    const [large, small] = [
      { width: 3000, height: 2000 },
      { width: 1200, height: 800 },
    ];
    expect([vipsShrink(large, "full"), vipsShrink(small, "full")]).toEqual(["half", "none"]);
    expect([vipsShrink(large, "fast"), vipsShrink(small, "fast")]).toEqual(["all", "all"]);
  });
});

test("Bun.Image decodes a JPEG to what bunEighths says", async () => {
  const { default: sharp } = await import("sharp");
  const [width, height] = [320, 200];
  // The highest frequency of its blocks, which any shrinking leaves out: what is shrunk is gray.
  const wave = (at: number) => Math.cos(((2 * (at % 8) + 1) * 7 * Math.PI) / 16);
  const ripples = Uint8Array.from(
    { length: width * height },
    (_, at) => 128 + 100 * wave(at % width) * wave(Math.floor(at / width)),
  );
  const file = await sharp(ripples, { raw: { width, height, channels: 1 } })
    .jpeg({ quality: 100 })
    .toBuffer();
  for (const times of [1, 1.1, 1.2, 1.6, 2.1, 3, 4, 8, 9]) {
    const to = { width: Math.round(width / times), height: Math.round(height / times) };
    const share = bunEighths({ width, height }, to);
    // What it would decode to is what comes out unchanged when it is asked for.
    const exact = shareOf({ width, height }, share);
    expect(exact.width).toBeGreaterThanOrEqual(to.width);
    expect(exact.height).toBeGreaterThanOrEqual(to.height);
    const below = shareOf({ width, height }, share - 1);
    expect(share === 1 || below.width < to.width || below.height < to.height).toBe(true);
    const bytes = await new Bun.Image(file).resize(exact.width, exact.height).png().bytes();
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([exact.width, exact.height]);
    const spread = Math.max(...data) - Math.min(...data);
    expect(spread > 64).toBe(share === 8);
  }
});
