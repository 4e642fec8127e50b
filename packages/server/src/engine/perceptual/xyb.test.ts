import { expect, test } from "bun:test";
import fc from "fast-check";
import type { LinearPicture } from "./linear-light.ts";
import { cubeRoot, fillXyb, type XybPlane } from "./xyb.ts";

test("cubeRoot is right to the precision of a 32-bit float", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 2, noNaN: true }), (value) => {
      expect(Math.abs(cubeRoot(value) / Math.cbrt(value) - 1)).toBeLessThan(2 ** -24);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  // Black has no response beyond the bias, so each plane is its shift.
  ["black", [0, 0, 0], { X: 0.42, Y: 0.01, B: 0.55 }],
  // Of white each cone takes 1: the root of 1 + bias less the root of the bias, 1.001263 - 0.155954.
  ["white", [1, 1, 1], { X: 0.42, Y: 0.855308, B: 0.55 }],
  // The upper ends of the ranges that libjxl's comments give for sRGB.
  ["blue", [0, 0, 1], { B: 0.938012 }],
  ["red", [1, 0, 0], { X: 0.813402 }],
] as const)("XYB of %s", (_, [red, green, blue], expected) => {
  const picture = dot(red, green, blue);
  for (const [name, value] of Object.entries(expected)) {
    const plane = new Float32Array(1);
    fillXyb(name as XybPlane, picture, plane);
    expect(plane[0]).toBeCloseTo(value, 5);
  }
});

test("XYB of any color, by the matrix of libjxl (opsin_params.h)", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(part, part, part, (red, green, blue) => {
      const bias = 0.0037930732552754493;
      const [l, m, s] = [
        [0.3, 0.622, 0.078],
        [0.23, 0.692, 0.078],
        [0.24342268924547819, 0.20476744424496821, 0.551809866509554],
      ].map(
        ([r = 0, g = 0, b = 0]) => Math.cbrt(red * r + green * g + blue * b + bias) - Math.cbrt(bias),
      ) as [number, number, number];
      const expected = { X: ((l - m) / 2) * 14 + 0.42, Y: (l + m) / 2 + 0.01, B: s - (l + m) / 2 + 0.55 };
      for (const name of ["X", "Y", "B"] as const) {
        const plane = new Float32Array(1);
        fillXyb(name, dot(red, green, blue), plane);
        expect(plane[0]).toBeCloseTo(expected[name], 5);
      }
    }),
  );
});

function dot(red: number, green: number, blue: number): LinearPicture {
  return {
    width: 1,
    height: 1,
    red: Float32Array.of(red),
    green: Float32Array.of(green),
    blue: Float32Array.of(blue),
  };
}
