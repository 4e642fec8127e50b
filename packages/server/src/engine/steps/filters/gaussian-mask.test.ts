import { expect, test } from "bun:test";
import fc from "fast-check";
import { gaussianMask } from "./gaussian-mask.ts";

test("there is a mask within an eighth of every sigma that the coarse blur hands on", () => {
  fc.assert(
    fc.property(fc.double({ min: 8, max: 16, noNaN: true }), (sigma) => {
      const mask = gaussianMask(sigma);
      expect(mask).not.toBeNull();
      expect((mask?.sigma as number) / sigma).toBeWithin(0.875, 1.125);
    }),
  );
});

test("below 1.1 a mask of twentieths is too coarse", () => {
  for (const sigma of [0.3, 0.7, 1, 1.09]) expect(gaussianMask(sigma)).toBeNull();
});
