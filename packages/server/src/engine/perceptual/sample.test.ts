import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Pixels } from "../pixels.ts";
import { pixelsOf, raster } from "../test-pictures.ts";
import { sample, stack } from "./sample.ts";

/** Each pixel tells where it is. */
function map(width: number, height: number): Pixels {
  return pixelsOf(raster(width, height, (x, y) => [x % 256, y % 256, (x >> 8) * 16 + (y >> 8), 255]));
}

function placeOf({ data }: Pixels): [number, number] {
  const [x, y, high] = data as unknown as [number, number, number];
  return [(high >> 4) * 256 + x, (high & 15) * 256 + y];
}

test("a small picture is taken whole, without its profile", () => {
  const picture = { ...map(100, 50), icc: new Uint8Array(9) };
  expect(sample(picture, 5000)).toEqual([{ ...picture, icc: null }]);
});

test("a large picture gives four tiles around the middles of its quarters", () => {
  // A quarter of 1000×800, half of each side: 400 is two tiles of 200, on the grid 192; that leaves 260 across, 256.
  const tiles = sample(map(1000, 800), 200_000);
  expect(tiles.map(({ width, height }) => [width, height])).toEqual(Array(4).fill([256, 192]));
  // Middles at 250 and 750, 200 and 600: from 250 - 128 = 122, on the grid 112; 750 - 128 = 622, 608; 104, 96; 504, 496.
  expect(tiles.map(placeOf)).toEqual([
    [112, 96],
    [608, 96],
    [112, 496],
    [608, 496],
  ]);
});

test("a side that is short is kept whole", () => {
  const tiles = sample(map(4000, 100), 100_000);
  expect(tiles.map(({ width, height }) => [width, height])).toEqual([
    [496, 100],
    [496, 100],
  ]);
  expect(tiles.map(placeOf)).toEqual([
    [752, 0],
    [2752, 0],
  ]);
});

test("tiles lie in the picture, on the grid, and are not much more than was allowed", () => {
  const side = fc.integer({ min: 1, max: 900 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 20_000, max: 100_000 }), (width, height, most) => {
      const tiles = sample(map(width, height), most);
      const pixels = tiles.reduce((sum, tile) => sum + tile.width * tile.height, 0);
      expect(pixels).toBeLessThanOrEqual(most * 1.1);
      expect(pixels).toBeGreaterThanOrEqual(Math.min(width * height, most) * 0.6);
      for (const tile of tiles) {
        const [left, top] = placeOf(tile);
        expect([left % 16, top % 16]).toEqual([0, 0]);
        expect(left + tile.width).toBeLessThanOrEqual(width);
        expect(top + tile.height).toBeLessThanOrEqual(height);
        const end = tile.data.subarray(tile.data.length - tile.channels);
        expect(placeOf({ ...tile, data: end })).toEqual([left + tile.width - 1, top + tile.height - 1]);
      }
    }),
    { numRuns: 50 },
  );
});

test("of an animation, the frame in the middle, as a still picture", () => {
  const frames = [10, 20, 30].map((red) => raster(4, 4, () => [red, 0, 0, 255]));
  const [still] = sample(pixelsOf(...(frames as [never, never, never])), 1000);
  expect(still?.data[0]).toBe(20);
  expect(still).toMatchObject({ frames: 1, delays: [], loop: 0, width: 4, height: 4 });
  expect(still?.data.buffer.byteLength).toBe(still?.data.byteLength as number);
});

test("stack puts tiles below each other", () => {
  const [a, b] = [1, 2].map((red) => pixelsOf(raster(2, 1, () => [red, 0, 0, 255]))) as [Pixels, Pixels];
  const both = stack([a, b]);
  expect(both).toMatchObject({ width: 2, height: 2 });
  expect([...both.data]).toEqual([...a.data, ...b.data]);
  expect(stack([a])).toBe(a);
});
