import { describe, expect, test } from "bun:test";
import type { Size } from "@freshet/core";
import fc from "fast-check";
import type { SourceInfo } from "../origin/inspect.ts";
import { jpegShrink } from "./jpeg-shrink.ts";

const jpeg = (width: number, height: number): SourceInfo => ({
  width,
  height,
  format: "jpeg",
  hasAlpha: false,
});

describe("jpegShrink", () => {
  const table: readonly [
    source: readonly [number, number],
    target: readonly [number, number],
    to: readonly [number, number] | null,
  ][] = [
    [
      [1600, 1600],
      [101, 101],
      [400, 400],
    ],
    [
      [1600, 1600],
      [100, 100],
      [200, 200],
    ],
    [
      [1600, 1600],
      [200, 200],
      [400, 400],
    ],
    [
      [1600, 1600],
      [201, 201],
      [600, 600],
    ],
    [
      [1600, 1600],
      [300, 300],
      [600, 600],
    ],
    [
      [1600, 1600],
      [301, 301],
      [800, 800],
    ],
    [
      [1600, 1600],
      [400, 400],
      [800, 800],
    ],
    [[1600, 1600], [401, 401], null],
    [[1600, 1600], [1600, 1600], null],
    [[1600, 1600], [3200, 3200], null],
    // The side that keeps more decides.
    [
      [1600, 800],
      [100, 100],
      [400, 200],
    ],
    [
      [800, 1600],
      [100, 100],
      [200, 400],
    ],
    [[1600, 100], [100, 100], null],
    // libjpeg rounds up.
    [
      [1001, 999],
      [60, 60],
      [126, 125],
    ],
    [
      [2725, 2225],
      [400, 327],
      [1022, 835],
    ],
    [
      [16, 16],
      [1, 1],
      [2, 2],
    ],
    [
      [15, 15],
      [1, 1],
      [4, 4],
    ],
    [[1, 1], [1, 1], null],
  ];
  for (const [source, target, to] of table) {
    test(`of ${source.join("x")} for ${target.join("x")} is ${to?.join("x") ?? "none"}`, () => {
      const shrunk = jpegShrink(jpeg(...source), { width: target[0], height: target[1] });
      expect(shrunk && [shrunk.width, shrunk.height]).toEqual(to && [...to]);
    });
  }

  test("is for JPEG alone", () => {
    for (const format of ["png", "webp", "avif", "gif", "bmp", "tiff"] as const) {
      expect(jpegShrink({ ...jpeg(1600, 1600), format }, { width: 10, height: 10 })).toBeNull();
    }
  });

  const side = fc.integer({ min: 1, max: 20_000 });
  const sizes = fc.record({
    source: fc.record({ width: side, height: side }),
    target: fc.record({ width: side, height: side }),
  });
  const isTwice = (large: Size, small: Size) =>
    large.width >= 2 * small.width && large.height >= 2 * small.height;

  test("never leaves less than twice the target, nor more than half the source", () => {
    fc.assert(
      fc.property(sizes, ({ source, target }) => {
        const shrunk = jpegShrink(jpeg(source.width, source.height), target);
        if (!shrunk) return;
        expect(isTwice(shrunk, target)).toBe(true);
        expect(shrunk.width).toBeLessThanOrEqual(Math.ceil(source.width / 2));
        expect(shrunk.height).toBeLessThanOrEqual(Math.ceil(source.height / 2));
      }),
      { numRuns: 2_000 },
    );
  });

  test("is the smallest eighth that keeps twice the target before rounding", () => {
    fc.assert(
      fc.property(sizes, ({ source, target }) => {
        const eighth = [1, 2, 3, 4].find((part) =>
          isTwice({ width: (source.width * part) / 8, height: (source.height * part) / 8 }, target),
        );
        const shrunk = jpegShrink(jpeg(source.width, source.height), target);
        expect(shrunk?.width).toBe(eighth && Math.ceil((source.width * eighth) / 8));
      }),
      { numRuns: 2_000 },
    );
  });
});
