import { expect, test } from "bun:test";
import fc from "fast-check";
import { boxSum, sumTable } from "./sum-table.ts";

test("boxSum adds up the pixels of a box", () => {
  // 1 2 3
  // 4 5 6
  const table = sumTable(Float32Array.of(1, 2, 3, 4, 5, 6), { width: 3, height: 2 });
  expect(boxSum(table, 3, 0, 0, 3, 2)).toBe(21);
  expect(boxSum(table, 3, 1, 0, 2, 2)).toBe(7);
  expect(boxSum(table, 3, 1, 1, 3, 2)).toBe(11);
  expect(boxSum(table, 3, 2, 0, 2, 2)).toBe(0);
});

test("boxSum agrees with adding one by one", () => {
  const side = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      side,
      side,
      fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
      side,
      side,
      (width, height, numbers, x, y) => {
        const plane = Float32Array.from({ length: width * height }, () => numbers.next().value);
        const [left, top] = [Math.min(x, width) - 1, Math.min(y, height) - 1];
        let sum = 0;
        for (let row = top; row < height; row++) {
          for (let column = left; column < width; column++) sum += plane[row * width + column] as number;
        }
        expect(boxSum(sumTable(plane, { width, height }), width, left, top, width, height)).toBe(sum);
      },
    ),
  );
});
