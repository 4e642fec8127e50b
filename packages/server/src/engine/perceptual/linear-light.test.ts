import { expect, test } from "bun:test";
import { pixelsOf, raster } from "../test-pictures.ts";
import { halve, toLinearLight } from "./linear-light.ts";

test("toLinearLight undoes sRGB's gamma", () => {
  const { red, green, blue } = toLinearLight(pixelsOf(raster(1, 1, () => [255, 128, 10, 255])), 0);
  expect(red[0]).toBe(1);
  expect(green[0]).toBeCloseTo(((128 / 255 + 0.055) / 1.055) ** 2.4, 6);
  expect(blue[0]).toBeCloseTo(10 / 255 / 12.92, 6);
});

test("toLinearLight lays transparency on gray", () => {
  const { red } = toLinearLight(pixelsOf(raster(2, 1, (x) => [255, 0, 0, x === 0 ? 0 : 51])), 0.2);
  // Nothing of it: 51. A fifth of it: 51 + (255 - 51) / 5 = 91.8.
  expect(red[0]).toBeCloseTo(((51 / 255 + 0.055) / 1.055) ** 2.4, 6);
  expect(red[1]).toBeCloseTo(((92 / 255 + 0.055) / 1.055) ** 2.4, 6);
});

test("halve takes means of four, and counts the last of an odd side twice", () => {
  const plane = Float32Array.of(1, 3, 10, 5, 7, 20, 100, 200, 1000);
  const half = halve({
    width: 3,
    height: 3,
    red: plane,
    green: plane,
    blue: plane.map((value) => value * 2),
  });
  expect([half.width, half.height]).toEqual([2, 2]);
  expect([...half.red]).toEqual([4, 15, 150, 1000]);
  expect([...half.green]).toEqual([4, 15, 150, 1000]);
  expect([...half.blue]).toEqual([8, 30, 300, 2000]);
});
