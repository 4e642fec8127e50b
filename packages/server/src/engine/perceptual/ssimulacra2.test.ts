import { describe, expect, test } from "bun:test";
import { busy, type Color, pixelsOf, type Raster, raster } from "../test-pictures.ts";
import { prepare, score, scoreAgainst } from "./ssimulacra2.ts";
import { damages, scene } from "./test-damage.ts";

/**
 * What the Rust crate ssimulacra2 0.5.1 (a port of libjxl's program, version 2.1 of the metric) says of the pictures of
 * test-damage.ts, saved as PNG: of 256×192 pixels, and of 131×117.
 */
const published: Readonly<Record<keyof typeof damages, readonly [number, number]>> = {
  "16 levels a channel": [76.0966, 80.1342],
  "4 levels a channel": [-61.3101, -50.0994],
  "10 brighter": [77.2956, 75.5872],
  "blue 30 brighter": [55.1922, 57.9414],
  gray: [-78.3781, -64.483],
  "one pixel to the left": [36.3368, 47.2892],
  "mean of 3×3": [46.9489, 55.0102],
  "mean of two columns": [70.5739, 74.4861],
  "blocks of 4×4": [-1.947, 21.7502],
  "noise of ±12": [50.7425, 58.3986],
};

describe("score agrees with an independent implementation", () => {
  for (const [name, [large, small]] of Object.entries(published)) {
    const damage = damages[name as keyof typeof damages];
    test.each([
      [256, 192, large],
      [131, 117, small],
    ])(`${name}, %i×%i`, (width, height, expected) => {
      const picture = scene(width, height);
      // Its sums are of 32-bit floats, and ours leave negligible ones out.
      expect(Math.abs(score(pixelsOf(picture), pixelsOf(damage(picture))) - expected)).toBeLessThan(0.05);
    });
  }
});

test.each([
  [1, 1],
  [1, 300],
  [7, 5],
  [64, 64],
  [200, 131],
])("score of identical pictures of %i×%i is 100", (width, height) => {
  const picture = pixelsOf(busy(width, height));
  expect(score(picture, { ...picture, data: picture.data.slice() })).toBe(100);
});

test("score falls with the damage, also of pictures smaller than libjxl's least", () => {
  for (const [width, height] of [
    [5, 5],
    [40, 40],
    [160, 120],
  ] as const) {
    const picture = busy(width, height);
    const reference = prepare(pixelsOf(picture));
    const scores = [1, 8, 24, 64].map((step) =>
      scoreAgainst(
        reference,
        pixelsOf(
          mapped(picture, (color) => color.map((value) => value - (value % step)) as unknown as Color),
        ),
      ),
    );
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(new Set(scores).size).toBe(4);
  }
});

function mapped({ width, height, rgba }: Raster, change: (color: Color) => Color): Raster {
  return raster(width, height, (x, y) => {
    const at = (y * width + x) * 4;
    const [red, green, blue] = change([...rgba.subarray(at, at + 4)] as unknown as Color);
    return [red, green, blue, rgba[at + 3] as number];
  });
}

test("one prepared reference serves many candidates", () => {
  const picture = scene(90, 70);
  const reference = prepare(pixelsOf(picture));
  const [gray, noisy] = [pixelsOf(damages.gray(picture)), pixelsOf(damages["noise of ±12"](picture))];
  const before = scoreAgainst(reference, noisy);
  expect(scoreAgainst(reference, gray)).toBe(score(pixelsOf(picture), gray));
  expect(scoreAgainst(reference, noisy)).toBe(before);
});

test("score does not mind an alpha channel that says nothing", () => {
  const [a, b] = [busy(60, 40), damages["10 brighter"](busy(60, 40))].map((picture) => pixelsOf(picture)) as [
    never,
    never,
  ];
  expect(score(opaque(a), b)).toBe(score(a, opaque(b)));
});

function opaque(pixels: ReturnType<typeof pixelsOf>): ReturnType<typeof pixelsOf> {
  if (pixels.channels === 4) return pixels;
  const data = new Uint8Array((pixels.data.length / 3) * 4).fill(255);
  for (let at = 0; at < pixels.data.length; at++) data[at + Math.floor(at / 3)] = pixels.data[at] as number;
  return { ...pixels, data, channels: 4 };
}

describe("score of transparent pictures", () => {
  const holey = raster(80, 60, (x, y) => (x < 40 ? [200, 60, y * 4, 255] : [255, 0, 255, 0]));
  const gray = (value: number) =>
    raster(80, 60, (x, y) => (x < 40 ? [200, 60, y * 4, 255] : [value, value, value, 255]));

  test("ignores what is hidden", () => {
    const other = raster(80, 60, (x, y) => (x < 40 ? [200, 60, y * 4, 255] : [0, x, 99, 0]));
    expect(score(pixelsOf(holey), pixelsOf(other))).toBe(100);
  });

  test("is the worse of that on dark and that on bright gray", () => {
    // 0.1 · 255 = 25.5 and 0.9 · 255 = 229.5, rounded: as a candidate, that is not seen on its own backdrop.
    for (const [filled, other] of [
      [gray(26), gray(230)],
      [gray(230), gray(26)],
    ] as const) {
      const expected = score(pixelsOf(other), pixelsOf(filled));
      expect(score(pixelsOf(holey), pixelsOf(filled))).toBe(expected);
      expect(expected).toBeLessThan(90);
    }
  });
});

test("score refuses pictures of two sizes", () => {
  expect(() => score(pixelsOf(busy(10, 12)), pixelsOf(busy(12, 10)))).toThrow("one size");
});
