import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limits } from "../limits.ts";
import { intersect, rotatedSize, type Size, withinLimits } from "./size.ts";

describe("rotatedSize", () => {
  test.each([
    [100, 50, null, 100, 50],
    [100, 50, 90, 50, 100],
    [100, 50, 180, 100, 50],
    [100, 50, 270, 50, 100],
    [7919, 6007, 90, 6007, 7919],
    // 100 cos 30° + 50 sin 30° = 86.60 + 25; 100 sin 30° + 50 cos 30° = 50 + 43.30
    [100, 50, 30, 112, 93],
    [100, 50, 330, 112, 93],
    // (100 + 50) / √2 = 106.07
    [100, 50, 45, 106, 106],
    [1, 1, 45, 1, 1],
    [1, 40, 45, 29, 29],
  ])("%d x %d by %p degrees is %d x %d", (width, height, degrees, turnedWidth, turnedHeight) => {
    expect(rotatedSize({ width, height }, degrees)).toEqual({ width: turnedWidth, height: turnedHeight });
  });

  test("all four corners are inside, whatever the angle", () => {
    const side = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.double({ min: 0.01, max: 359.99, noNaN: true }),
        (width, height, degrees) => {
          const turned = rotatedSize({ width, height }, degrees);
          const angle = (degrees * Math.PI) / 180;
          for (const [x, y] of [
            [width / 2, height / 2],
            [width / 2, -height / 2],
          ] as const) {
            // Half a pixel is what rounding may cost.
            expect(Math.abs(x * Math.cos(angle) - y * Math.sin(angle))).toBeLessThanOrEqual(
              turned.width / 2 + 0.26,
            );
            expect(Math.abs(x * Math.sin(angle) + y * Math.cos(angle))).toBeLessThanOrEqual(
              turned.height / 2 + 0.26,
            );
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("withinLimits", () => {
  test.each([
    [100, 50, null, 100, 50],
    [8192, 4000, null, 8192, 4000],
    [16384, 400, null, 8192, 200],
    // √(40,000,000 / 64,000,000) = 0.790569
    [8000, 8000, null, 6324, 6324],
    [8192, 100, 90, 8192, 100],
    // Turned by 45°: (4000 + 4000) / √2 = 5657 on each side, 32 MP.
    [4000, 4000, 45, 4000, 4000],
    // Turned by 45°: (6000 + 6000) / √2 = 8485 on each side; √40,000,000 = 6324.6 is 0.74536 of it.
    [6000, 6000, 45, 4472, 4472],
  ])("%d x %d turned by %p is made as %d x %d", (width, height, degrees, madeWidth, madeHeight) => {
    expect(withinLimits({ width, height }, degrees)).toEqual({ width: madeWidth, height: madeHeight });
  });

  test("holds before and after turning, keeps the ratio, and takes no more than it must", () => {
    const side = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 900_000 }));
    const degrees = fc.oneof(
      fc.constantFrom(null, 90, 270, 45, 0.01, 359.99),
      fc.integer({ min: 1, max: 35_999 }).map((hundredths) => hundredths / 100),
    );
    fc.assert(
      fc.property(side, side, degrees, (width, height, angle) => {
        const size = { width, height };
        const made = withinLimits(size, angle);
        const turned = rotatedSize(made, angle);
        for (const result of [made, turned]) {
          expect(Math.max(result.width, result.height)).toBeLessThanOrEqual(limits.outputSide);
          expect(result.width * result.height).toBeLessThanOrEqual(limits.outputPixels);
        }
        expect(made.width >= 1 && made.height >= 1).toBe(true);
        const wouldFit = isFree(size) && isFree(rotatedSize(size, angle));
        if (wouldFit) expect(made).toEqual(size);
        // One scale explains both sides, each rounded down, or up to 1.
        const scales = (side: number, from: number) =>
          [side === 1 ? 0 : side / from, (side + 1) / from] as const;
        const [leastX, mostX] = scales(made.width, width);
        const [leastY, mostY] = scales(made.height, height);
        expect(Math.max(leastX, leastY)).toBeLessThanOrEqual(Math.min(mostX, mostY));
        if (!wouldFit) {
          // Within a hundredth and two pixels of a limit.
          const nearest = Math.max(
            ...[made, turned].flatMap((result) => [
              (Math.max(result.width, result.height) + 2) / limits.outputSide,
              ((result.width + 2) * (result.height + 2)) / limits.outputPixels,
            ]),
          );
          expect(nearest).toBeGreaterThan(0.99);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

function isFree({ width, height }: Size): boolean {
  return Math.max(width, height) <= limits.outputSide && width * height <= limits.outputPixels;
}

test("intersect", () => {
  const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });
  expect(intersect(box(0, 0, 10, 10), box(4, 5, 10, 10))).toEqual(box(4, 5, 6, 5));
  expect(intersect(box(4, 5, 10, 10), box(0, 0, 10, 10))).toEqual(box(4, 5, 6, 5));
  expect(intersect(box(0, 0, 10, 10), box(2, 3, 1, 1))).toEqual(box(2, 3, 1, 1));
  expect(intersect(box(0, 0, 10, 10), box(10, 0, 5, 5))).toBeNull();
  expect(intersect(box(0, 0, 10, 10), box(0, 12, 5, 5))).toBeNull();
  expect(intersect(box(0, 0, 10, 10), box(5, 5, -3, -3))).toBeNull();
});
