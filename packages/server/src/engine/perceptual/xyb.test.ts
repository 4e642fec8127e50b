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
  // The ends of the ranges that libjxl's comments give for sRGB.
  ["blue", [0, 0, 1], { B: 0.938012 }],
  ["yellow", [1, 1, 0], { B: 0.272295 }],
  ["red", [1, 0, 0], { X: 0.813402 }],
  ["cyan", [0, 1, 1], { X: 0.204594 }],
] as const)("XYB of %s", (_, [red, green, blue], expected) => {
  const picture: LinearPicture = {
    width: 1,
    height: 1,
    red: Float32Array.of(red),
    green: Float32Array.of(green),
    blue: Float32Array.of(blue),
  };
  for (const [name, value] of Object.entries(expected)) {
    const plane = new Float32Array(1);
    fillXyb(name as XybPlane, picture, plane);
    expect(plane[0]).toBeCloseTo(value, 5);
  }
});
