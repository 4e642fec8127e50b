import { describe, expect, test } from "bun:test";
import type { RasterFormat } from "../engine.ts";
import type { Pixels } from "../pixels.ts";
import { sharpEncoder } from "../sharp-encoder.ts";
import { busy, formatOf, pixelsOf, raster, toRaster } from "../test-pictures.ts";
import { findQuality } from "./find-quality.ts";
import { ranges, targets } from "./levels.ts";
import { score } from "./ssimulacra2.ts";

interface Call {
  readonly pixels: Pixels;
  readonly quality: number | null;
}

/** An encoder that notes what it was asked for. */
function recorder(format: RasterFormat) {
  const calls: Call[] = [];
  const encode = (pixels: Pixels, quality: number | null) => {
    calls.push({ pixels, quality });
    return sharpEncoder.encode(pixels, { format, quality, small: false });
  };
  return { calls, encode };
}

describe("findQuality", () => {
  const picture = pixelsOf(busy(180, 140));

  test.each(["jpeg", "webp", "avif"] as const)("keeps the score of each level as %s", async (format) => {
    const sizes: number[] = [];
    for (const level of [1, 2, 3] as const) {
      const { calls, encode } = recorder(format);
      const { bytes, search } = await findQuality(picture, format, level, encode);
      const qualityRange = ranges[format] as NonNullable<(typeof ranges)[typeof format]>;
      expect(search?.quality).toBeGreaterThanOrEqual(qualityRange.least);
      expect(search?.quality).toBeLessThanOrEqual(qualityRange.most);
      // What was tried last or before is the result: it is not encoded again.
      expect(calls.length).toBe(search?.tries as number);
      const seen = score(picture, pixelsOf(await toRaster(bytes)));
      expect(seen).toBeCloseTo(search?.score as number, 6);
      if (search?.quality !== qualityRange.most) expect(seen).toBeGreaterThanOrEqual(targets[level]);
      expect(await formatOf(bytes)).toBe(format);
      sizes.push(bytes.byteLength);
    }
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  test.each(["png", "gif"] as const)("has nothing to look for in %s", async (format) => {
    const { calls, encode } = recorder(format);
    const { bytes, search } = await findQuality(picture, format, 1, encode);
    expect(search).toBeNull();
    expect(calls).toEqual([{ pixels: picture, quality: null }]);
    expect(await formatOf(bytes)).toBe(format);
  });

  test("tries a large picture out in tiles, and then encodes it once", async () => {
    const large = pixelsOf(raster(1200, 1000, (x, y) => [x % 256, y % 256, (x * y) % 256, 255]));
    const { calls, encode } = recorder("jpeg");
    const { bytes, search } = await findQuality(large, "jpeg", 3, encode);
    const whole = calls.at(-1);
    expect(whole).toEqual({ pixels: large, quality: search?.quality as number });
    const tiles = calls.slice(0, -1);
    expect(tiles.length).toBe(4 * (search?.tries as number));
    for (const { pixels } of tiles) expect(pixels.width * pixels.height * 4).toBeLessThanOrEqual(1_000_000);
    // Tiles flatter by a point, so that one more is asked of them.
    expect(search?.score).toBeGreaterThanOrEqual(targets[3] + 1);
    const { width, height } = await toRaster(bytes);
    expect([width, height]).toEqual([1200, 1000]);
  });

  test("takes a picture that is opaque in one tile and transparent in the next", async () => {
    const half = pixelsOf(raster(1100, 1000, (x, y) => [x % 256, y % 256, 90, x < 550 ? 255 : 120]));
    const { search } = await findQuality(half, "webp", 3, recorder("webp").encode);
    expect(search?.score).toBeGreaterThanOrEqual(targets[3]);
  });

  test("encodes all of an animation, in the quality that its middle frame needs", async () => {
    const frames = [0, 40, 80].map((offset) =>
      raster(64, 48, (x, y) => [(x * 4 + offset) % 256, y * 5, 128, 255]),
    ) as [never, never, never];
    const moving = pixelsOf(...frames);
    const { calls, encode } = recorder("webp");
    await findQuality(moving, "webp", 2, encode);
    expect(calls.slice(0, -1).every(({ pixels }) => pixels.frames === 1)).toBe(true);
    expect(calls.at(-1)?.pixels).toBe(moving);
  });

  test("keeps a profile in the result, though not in what is tried out", async () => {
    const profile = new Uint8Array(200).fill(7);
    const { calls } = await findWithStubs({ ...picture, icc: profile });
    expect(calls.slice(0, -1).every(({ pixels }) => pixels.icc === null)).toBe(true);
    expect(calls.at(-1)?.pixels.icc).toBe(profile);
  });

  async function findWithStubs(pixels: Pixels) {
    const { calls, encode } = recorder("jpeg");
    await findQuality(pixels, "jpeg", 2, (part, quality) => {
      if (part.icc === null) return encode(part, quality);
      calls.push({ pixels: part, quality });
      return Promise.resolve(new Uint8Array());
    });
    return { calls };
  }

  test("passes on what the encoder throws", async () => {
    const failing = () => Promise.reject(new Error("no room left"));
    expect(findQuality(picture, "jpeg", 1, failing)).rejects.toThrow("no room left");
  });
});
