import { describe, expect, test } from "bun:test";
import type { Point, Size } from "@freshet/core";
import fc from "fast-check";
import type { Pixels } from "../pixels.ts";
import { busy, type Color, pixelsOf, type Raster, raster, transparent } from "../test-pictures.ts";
import { findFocus } from "./find-focus.ts";

const gray: Color = [128, 128, 128, 255];
const places = [0.15, 0.5, 0.85];
const side = 24;

const subjects: Readonly<Record<string, (x: number, y: number) => Color>> = {
  bright: () => [240, 240, 240, 255],
  dark: () => [20, 20, 20, 255],
  // As bright as the gray around it: 0.299 · 198 + 0.587 · 78 + 0.114 · 203 = 128.
  "colored, not brighter": () => [198, 78, 203, 255],
  "detailed, as bright in the mean": (x, y) => ((x + y) % 2 === 0 ? [88, 88, 88, 255] : [168, 168, 168, 255]),
};

/** Where a square stands whose middle is at the given fractions, as far as the picture allows. */
function corner({ width, height }: Size, x: number, y: number): { left: number; top: number } {
  return { left: Math.round(x * (width - side)), top: Math.round(y * (height - side)) };
}

function withSubject(size: Size, x: number, y: number, paint: (x: number, y: number) => Color): Raster {
  const { left, top } = corner(size, x, y);
  return raster(size.width, size.height, (column, row) =>
    column >= left && column < left + side && row >= top && row < top + side ? paint(column, row) : gray,
  );
}

/** The window that a crop around the point has, moved into the picture as geometry.ts does. */
function windowAt(picture: Size, { x, y }: Point, shape: Size) {
  const scale = Math.min(picture.width / shape.width, picture.height / shape.height);
  const [width, height] = [shape.width * scale, shape.height * scale];
  const left = Math.min(picture.width - width, Math.max(0, x * picture.width - width / 2));
  const top = Math.min(picture.height - height, Math.max(0, y * picture.height - height / 2));
  return { left, top, right: left + width, bottom: top + height };
}

const pictures: readonly Size[] = [
  { width: 128, height: 85 },
  { width: 85, height: 128 },
  { width: 128, height: 128 },
];
const shapes: readonly Size[] = [
  { width: 1, height: 1 },
  { width: 16, height: 9 },
  { width: 9, height: 16 },
  { width: 4, height: 3 },
  { width: 3, height: 4 },
];

describe("findFocus keeps a subject on a plain ground", () => {
  for (const [name, paint] of Object.entries(subjects)) {
    for (const size of pictures) {
      test(`${name}, at each of nine places of ${size.width}×${size.height}`, () => {
        for (const shape of shapes) {
          for (const x of places) {
            for (const y of places) {
              const focus = findFocus(pixelsOf(withSubject(size, x, y, paint)), shape);
              const { left, top } = corner(size, x, y);
              const window = windowAt(size, focus, shape);
              expect(window.left).toBeLessThanOrEqual(left + 0.5);
              expect(window.right).toBeGreaterThanOrEqual(left + side - 0.5);
              expect(window.top).toBeLessThanOrEqual(top + 0.5);
              expect(window.bottom).toBeGreaterThanOrEqual(top + side - 0.5);
            }
          }
        }
      });
    }
  }
});

describe("findFocus stays in the middle", () => {
  const middle = { x: 0.5, y: 0.5 };
  const square = { width: 1, height: 1 };

  test.each([
    ["one color", raster(101, 50, () => [10, 200, 30, 255])],
    ["black", raster(100, 50, () => [0, 0, 0, 255])],
    ["nothing but transparency", raster(100, 51, () => transparent)],
    ["differences that nobody sees", raster(100, 50, (x) => (x === 90 ? [129, 128, 128, 255] : gray))],
  ])("of %s", (_, picture) => {
    expect(findFocus(pixelsOf(picture), square)).toEqual(middle);
  });

  test("where the shape is the picture's", () => {
    const picture = withSubject({ width: 128, height: 85 }, 0, 0, () => [255, 255, 255, 255]);
    expect(findFocus(pixelsOf(picture), { width: 1280, height: 850 })).toEqual(middle);
  });

  test("on the side along which nothing is cut", () => {
    const picture = pixelsOf(withSubject({ width: 128, height: 85 }, 0.9, 0.9, () => [255, 255, 255, 255]));
    expect(findFocus(picture, square).y).toBe(0.5);
    expect(findFocus(picture, { width: 3, height: 1 }).x).toBe(0.5);
  });

  test("of a picture that is busy everywhere, nearly", () => {
    const checkers = raster(120, 60, (x, y) =>
      ((x >> 2) + (y >> 2)) % 2 === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255],
    );
    expect(findFocus(pixelsOf(checkers), square).x).toBeCloseTo(0.5, 1);
  });
});

test("findFocus finds something tiny", () => {
  const speck = raster(128, 64, (x, y) => (x >= 110 && x < 113 && y < 3 ? [255, 255, 255, 255] : gray));
  expect(findFocus(pixelsOf(speck), { width: 1, height: 1 }).x).toBeGreaterThan(0.65);
});

test("findFocus does not see colors that are hidden in transparency", () => {
  const hidden = raster(120, 60, (x, y) => {
    if (x >= 90 && y < 30) return [255, 255, 255, 255];
    return x < 40 && (x + y) % 2 === 0 ? [255, 0, 0, 0] : transparent;
  });
  expect(findFocus(pixelsOf(hidden), { width: 1, height: 1 }).x).toBeGreaterThan(0.7);
});

test("findFocus finds an opaque subject of one color on a transparent ground", () => {
  const cutout = raster(120, 60, (x) => (x < 20 ? [50, 50, 50, 255] : transparent));
  expect(findFocus(pixelsOf(cutout), { width: 1, height: 1 }).x).toBe(0.25);
});

test("findFocus of a mirrored picture is the mirrored point", () => {
  const picture = withSubject({ width: 120, height: 61 }, 0.8, 0.3, (x, y) => [
    (x * 37) % 256,
    (y * 91) % 256,
    0,
    255,
  ]);
  const mirrored = raster(120, 61, (x, y) => {
    const at = (y * 120 + 119 - x) * 4;
    return [...picture.rgba.subarray(at, at + 4)] as unknown as Color;
  });
  const shape = { width: 2, height: 3 };
  expect(findFocus(pixelsOf(mirrored), shape).x).toBeCloseTo(1 - findFocus(pixelsOf(picture), shape).x, 10);
});

test("findFocus names a point around which the window lies in the picture, the same each time", () => {
  const length = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 60 }));
  const ratio = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8192 }));
  fc.assert(
    fc.property(
      length,
      length,
      ratio,
      ratio,
      fc.constantFrom<3 | 4>(3, 4),
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      (width, height, w, h, channels, bytes) => {
        const data = Uint8Array.from(
          { length: width * height * channels },
          (_, at) => bytes[at % bytes.length] as number,
        );
        const picture: Pixels = { data, width, height, channels, frames: 1, delays: [], loop: 0, icc: null };
        const shape = { width: w, height: h };
        const point = findFocus(picture, shape);
        const scale = Math.min(width / w, height / h);
        for (const [fraction, whole, kept] of [
          [point.x, width, w * scale],
          [point.y, height, h * scale],
        ] as const) {
          // Windows are whole pixels here, and at least one of them.
          const half = Math.max(1, Math.round(kept)) / 2;
          expect(fraction * whole - half).toBeGreaterThanOrEqual(-1e-9);
          expect(fraction * whole + half).toBeLessThanOrEqual(whole + 1e-9);
        }
        expect(findFocus(picture, shape)).toEqual(point);
      },
    ),
    { numRuns: 300 },
  );
});

test("findFocus looks at the first frame of an animation", () => {
  const first = withSubject({ width: 120, height: 60 }, 0.1, 0.5, () => [255, 255, 255, 255]);
  const second = withSubject({ width: 120, height: 60 }, 0.9, 0.5, () => [255, 255, 255, 255]);
  const shape = { width: 1, height: 1 };
  expect(findFocus(pixelsOf(first, second), shape)).toEqual(findFocus(pixelsOf(first), shape));
  expect(findFocus(pixelsOf(first, second), shape)).not.toEqual(findFocus(pixelsOf(second), shape));
});

test("findFocus does without color", () => {
  const { width, height, rgba } = busy(90, 60);
  const grayscale = raster(width, height, (x, y) => {
    const value = rgba[(y * width + x) * 4] as number;
    return x > 70 ? [value, value, value, 255] : gray;
  });
  expect(findFocus(pixelsOf(grayscale), { width: 1, height: 1 }).x).toBeGreaterThan(0.6);
});
