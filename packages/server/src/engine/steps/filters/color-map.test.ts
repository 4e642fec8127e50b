import { expect, test } from "bun:test";
import fc from "fast-check";
import { bright } from "./bright.ts";
import { type ColorMap, fuseColorMaps } from "./color-map.ts";
import { contrast } from "./contrast.ts";
import { grey } from "./grey.ts";
import { invert } from "./invert.ts";
import { sepia } from "./sepia.ts";

function through({ matrix, offset }: ColorMap, color: readonly number[]): number[] {
  return matrix.map((row, channel) => {
    const level = row.reduce(
      (sum, factor, at) => sum + factor * (color[at] as number),
      offset[channel] as number,
    );
    return Math.min(255, Math.max(0, level));
  });
}

const share = fc.double({ min: -2, max: 2, noNaN: true });
const row = fc.tuple(share, share, share);
const level = fc.double({ min: 0, max: 255, noNaN: true });
const map: fc.Arbitrary<ColorMap> = fc.record({
  matrix: fc.tuple(row, row, row),
  offset: fc.tuple(level, level, level),
});
/** Shares that add up to at most 1: such a map stays in range. */
const mild = fc.tuple(row, row, row).map((rows): ColorMap => {
  const shrink = ([a, b, c]: readonly [number, number, number]) =>
    [Math.abs(a) / 6, Math.abs(b) / 6, Math.abs(c) / 6] as const;
  return { matrix: [shrink(rows[0]), shrink(rows[1]), shrink(rows[2])], offset: [0, 0, 0] };
});

test("two fused maps are the one after the other, wherever they can be fused", () => {
  fc.assert(
    fc.property(fc.oneof(map, mild), map, fc.tuple(level, level, level), (first, second, color) => {
      const fused = fuseColorMaps(first, second);
      if (!fused) return;
      const one = through(fused, color);
      through(second, through(first, color)).forEach((expected, channel) => {
        // A hundredth of a level out of range is forgiven, and multiplied by at most 6.
        expect(Math.abs((one[channel] as number) - expected)).toBeLessThan(0.1);
      });
    }),
  );
});

test("maps that stay in range are fused, others are not", () => {
  expect(fuseColorMaps(invert(), contrast({ percent: 50 }))).not.toBeNull();
  expect(fuseColorMaps(grey(), sepia())).not.toBeNull();
  expect(fuseColorMaps(contrast({ percent: -1 }), grey())).not.toBeNull();
  expect(fuseColorMaps(sepia(), grey())).toBeNull();
  expect(fuseColorMaps(bright({ offset: 1 }), grey())).toBeNull();
  expect(fuseColorMaps(bright({ offset: -1 }), grey())).toBeNull();
});
