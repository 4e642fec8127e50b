import { expect, test } from "bun:test";
import { createRowBlur, reach } from "./gaussian.ts";

function blur(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]?.length ?? 0;
  const row = createRowBlur(width);
  const out: number[][] = [];
  for (let y = 0; y < rows.length + reach; y++) {
    if (y < rows.length) {
      row.input.set(rows[y] as number[]);
      row.push();
    } else {
      row.pushEmpty();
    }
    if (y >= reach) out.push([...row.blurred]);
  }
  return out;
}

/** A sum of cosines whose periods are 20, 20/3 and 4 pixels, so that it is zero five pixels from the middle. */
function kernel(distance: number): number {
  const [first, third, fifth] = [0.17893914164149127, 0.0727261447361902, 0.012955819110517068];
  const angle = (Math.PI * distance) / 10;
  return first * Math.cos(angle) + third * Math.cos(3 * angle) + fifth * Math.cos(5 * angle);
}

test("a point becomes the product of two kernels", () => {
  const rows = Array.from({ length: 13 }, (_, y) =>
    Array.from({ length: 15 }, (_, x) => (x === 6 && y === 5 ? 1 : 0)),
  );
  const blurred = blur(rows);
  for (let y = 0; y < 13; y++) {
    for (let x = 0; x < 15; x++) {
      const within = Math.abs(x - 6) <= 4 && Math.abs(y - 5) <= 4;
      expect(blurred[y]?.[x]).toBeCloseTo(within ? kernel(x - 6) * kernel(y - 5) : 0, 7);
    }
  }
});

test("the kernel has the variance of a Gaussian of 1.5 pixels, and is as light as what it blurs", () => {
  const distances = [-4, -3, -2, -1, 0, 1, 2, 3, 4];
  expect(distances.reduce((sum, at) => sum + kernel(at), 0)).toBeCloseTo(1, 9);
  expect(distances.reduce((sum, at) => sum + at * at * kernel(at), 0)).toBeCloseTo(1.5 ** 2, 2);
});

test("outside of the picture there is nothing", () => {
  const blurred = blur(Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 1)));
  const edge = kernel(0) + kernel(1) + kernel(2) + kernel(3) + kernel(4);
  expect(blurred[10]?.[10]).toBeCloseTo(1, 6);
  expect(blurred[10]?.[0]).toBeCloseTo(edge, 6);
  expect(blurred[0]?.[19]).toBeCloseTo(edge ** 2, 6);
  expect(blurred[19]?.[0]).toBeCloseTo(edge ** 2, 6);
});

test("pictures smaller than the kernel", () => {
  expect(blur([[3]])[0]?.[0]).toBeCloseTo(3 * kernel(0) ** 2, 6);
  expect(blur([[1], [0], [0]]).map((row) => row[0])).toEqual([
    expect.closeTo(kernel(0) ** 2, 6),
    expect.closeTo(kernel(0) * kernel(1), 6),
    expect.closeTo(kernel(0) * kernel(2), 6),
  ]);
});
