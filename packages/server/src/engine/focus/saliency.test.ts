import { expect, test } from "bun:test";
import { type Color, pixelsOf, raster } from "../test-pictures.ts";
import { saliency } from "./saliency.ts";

test("nothing stands out where all is one color", () => {
  const map = saliency(pixelsOf(raster(20, 30, () => [90, 200, 10, 255])));
  expect([...map]).toEqual(Array(600).fill(0));
});

test("where only opacity differs, the color does not matter", () => {
  const veil = (...[red, green, blue]: [number, number, number]) =>
    saliency(pixelsOf(raster(32, 32, (x) => [red, green, blue, x < 16 ? 255 : 51])));
  const expected = veil(0, 0, 0);
  for (const map of [veil(240, 30, 20), veil(20, 240, 60), veil(10, 30, 240)]) {
    for (const [at, value] of map.entries()) expect(value).toBeCloseTo(expected[at] as number, 3);
  }
});

test("what is half transparent counts half, and its ground does not count", () => {
  const spot = (alpha: number): Color[] => [
    [128, 128, 128, alpha],
    [255, 255, 255, alpha],
  ];
  const [ground, subject] = spot(128) as [Color, Color];
  const map = saliency(pixelsOf(raster(64, 64, (x, y) => (x === 40 && y === 30 ? subject : ground))));
  expect(map[30 * 64 + 40]).toBe(Math.max(...map));
  expect(map[30 * 64 + 5]).toBe(0);
});

test("of two that stand out alike, the one nearer to the middle counts more", () => {
  const map = saliency(
    pixelsOf(
      raster(60, 60, (x, y) => (y === 30 && (x === 30 || x === 55) ? [255, 255, 255, 255] : [0, 0, 0, 255])),
    ),
  );
  expect(map[30 * 60 + 30]).toBeGreaterThan(2 * (map[30 * 60 + 55] as number));
});
