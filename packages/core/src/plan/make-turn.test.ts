import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { makeTurn, type Turn } from "./make-turn.ts";
import type { Flip } from "./plan.ts";

/** Where a point goes: mirrored first, then turned counter-clockwise (y upwards). */
function move({ flip, rotate }: Turn, x: number, y: number): [number, number] {
  const mirroredX = flip === "h" || flip === "hv" ? -x : x;
  const mirroredY = flip === "v" || flip === "hv" ? -y : y;
  const angle = ((rotate ?? 0) * Math.PI) / 180;
  return [
    mirroredX * Math.cos(angle) - mirroredY * Math.sin(angle),
    mirroredX * Math.sin(angle) + mirroredY * Math.cos(angle),
  ];
}

const flip = fc.constantFrom<(Flip | null)[]>(null, "h", "v", "hv");
const degrees = fc.oneof(
  fc.constantFrom(0, 90, 180, 270),
  fc.integer({ min: 0, max: 35_999 }).map((n) => n / 100),
);

describe("makeTurn", () => {
  test("moves every point to where the flip and the rotation do", () => {
    fc.assert(
      fc.property(flip, degrees, (wish, angle) => {
        const made = makeTurn(wish, angle);
        for (const [x, y] of [
          [1, 0],
          [0, 1],
        ] as const) {
          const [expectedX, expectedY] = move({ flip: wish, rotate: angle }, x, y);
          const [madeX, madeY] = move(made, x, y);
          expect(madeX).toBeCloseTo(expectedX, 9);
          expect(madeY).toBeCloseTo(expectedY, 9);
        }
      }),
    );
  });

  test("has one result for all that turn the same way", () => {
    const turn = fc.record({ flip, rotate: degrees });
    fc.assert(
      fc.property(turn, turn, (a, b) => {
        const places = ({ flip, rotate }: Turn) =>
          [move({ flip, rotate }, 1, 0), move({ flip, rotate }, 0, 1)]
            .flat()
            .map((n) => n.toFixed(6).replace("-0.000000", "0.000000"));
        const isSame = places(a).join() === places(b).join();
        expect(Bun.deepEquals(makeTurn(a.flip, a.rotate), makeTurn(b.flip, b.rotate))).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});
