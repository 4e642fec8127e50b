import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ranges } from "./levels.ts";
import { type Bounds, mostTries, searchQuality } from "./search-quality.ts";

const bounds = { least: 30, most: 95, first: 80 };

/** Runs a search over a curve, and says what was tried. */
async function run(curve: (quality: number) => number, target: number, within: Bounds = bounds) {
  const tried: number[] = [];
  const result = await searchQuality(within, target, async (quality) => {
    tried.push(quality);
    return curve(quality);
  });
  return { ...result, tried };
}

test("finds the lowest quality that reaches the target", async () => {
  // Steps of two points: no quality is near enough to end the search before.
  expect(await run((quality) => quality * 2, 141)).toMatchObject({ quality: 71, score: 142 });
});

test("stops as soon as less than half a point is given away", async () => {
  expect(await run((quality) => (quality === 80 ? 70.4 : 60), 70)).toMatchObject({ quality: 80, tries: 1 });
  expect((await run((quality) => (quality === 80 ? 70.5 : 60), 70)).tries).toBeGreaterThan(1);
});

test("answers the best that is allowed where the target is out of reach", async () => {
  expect(await run((quality) => quality / 2, 90)).toMatchObject({ quality: 95, score: 47.5 });
});

test("answers the least that is allowed where everything reaches the target", async () => {
  expect(await run((quality) => 90 + quality / 100, 70)).toMatchObject({ quality: 30, score: 90.3 });
});

test("one quality is allowed", async () => {
  const one = { least: 50, most: 50, first: 50 };
  expect(await run(() => 10, 70, one)).toMatchObject({ quality: 50, score: 10, tries: 1 });
  expect(await run(() => 90, 70, one)).toMatchObject({ quality: 50, score: 90, tries: 1 });
});

test("a curve on which guesses creep is searched by halving", async () => {
  // Each guess is one step further: 30, 31, 32. Halves of what is left are 64, 48, 56 and 60.
  const { quality, tried } = await run((quality) => (quality < 60 ? 69.9 : 80), 70, { ...bounds, first: 30 });
  expect(tried).toEqual([30, 31, 32, 64, 48, 56, 60]);
  expect(quality).toBe(60);
});

test("the last try is the best that is allowed, if nothing reached the target before", async () => {
  const { quality, tried } = await run((quality) => (quality < 95 ? 69.9 : 80), 70, { ...bounds, first: 30 });
  expect(tried).toEqual([30, 31, 32, 64, 80, 88, 95]);
  expect(quality).toBe(95);
});

describe("whatever the curve is", () => {
  const steps = fc.array(fc.double({ min: 0, max: 6, noNaN: true }), { minLength: 101, maxLength: 101 });
  const target = fc.double({ min: 0, max: 120, noNaN: true });

  test("rising: nothing lower would do, but for half a point, within seven tries", async () => {
    await fc.assert(
      fc.asyncProperty(steps, target, fc.integer({ min: 30, max: 95 }), async (rises, target, first) => {
        const scores = rises.map(
          (_, quality) => rises.slice(0, quality + 1).reduce((sum, rise) => sum + rise, 0) / 2,
        );
        const { quality, score, tries, tried } = await run((quality) => scores[quality] as number, target, {
          ...bounds,
          first,
        });
        expect(tries).toBe(tried.length);
        expect(tries).toBeLessThanOrEqual(mostTries);
        expect(new Set(tried).size).toBe(tried.length);
        expect(score).toBe(scores[quality] as number);
        if (score < target) expect(quality).toBe(bounds.most);
        else if (score - target >= 0.5 && tries < mostTries && quality > bounds.least) {
          expect(scores[quality - 1]).toBeLessThan(target);
        }
      }),
    );
  });

  test("rising and falling: the answer was tried, and reaches the target unless nothing that was tried did", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 101, maxLength: 101 }),
        target,
        async (scores, target) => {
          const { quality, score, tries, tried } = await run((quality) => scores[quality] as number, target);
          expect(tries).toBeLessThanOrEqual(mostTries);
          expect(tried).toContain(quality);
          expect(tried.every((quality) => quality >= bounds.least && quality <= bounds.most)).toBe(true);
          expect(score).toBe(scores[quality] as number);
          if (score < target)
            expect(tried.every((quality) => (scores[quality] as number) < target)).toBe(true);
        },
      ),
    );
  });
});

test("seven tries settle each format's range, even where guessing does not help", async () => {
  // All or nothing, so that interpolation says nothing: the guesses are wasted, and halving has four tries left.
  for (const { least, most, first } of Object.values(ranges)) {
    for (let edge = least; edge <= most; edge++) {
      const { score, tries } = await run((quality) => (quality >= edge ? 100 : 0), 50, {
        least,
        most,
        first: first[2],
      });
      expect(score).toBe(100);
      expect(tries).toBeLessThanOrEqual(mostTries);
    }
  }
});
