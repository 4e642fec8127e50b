import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { placeMark } from "./place-mark.ts";
import type { Compass, Length, Watermark } from "./plan.ts";

const output = { width: 400, height: 300 };
const px = (value: number): Length => ({ value, unit: "px" });
const percent = (value: number): Length => ({ value, unit: "%" });
const none: readonly [Length, Length] = [px(0), px(0)];

type Place = Watermark["place"];

function anchor(gravity: Compass, pad: readonly [Length, Length] = none): Place {
  return { kind: "anchor", gravity, pad };
}

describe("size", () => {
  for (const [name, mark, scale, width, height] of [
    ["its own", [100, 50], null, 100, 50],
    ["half its own", [100, 50], { kind: "own", percent: 50 }, 50, 25],
    ["30 % of its own, rounded", [99, 33], { kind: "own", percent: 30 }, 30, 10],
    ["never below a pixel", [100, 2], { kind: "own", percent: 1 }, 1, 1],
    ["larger than the output: made to fit, by width", [800, 200], null, 400, 100],
    ["larger than the output: made to fit, by height", [500, 600], null, 250, 300],
    ["first made to fit, then scaled", [800, 200], { kind: "own", percent: 50 }, 200, 50],
    ["a quarter of the output's width", [50, 20], { kind: "output", width: 25, height: null }, 100, 40],
    [
      "a quarter of the output's width, from a larger mark",
      [1000, 400],
      { kind: "output", width: 25, height: null },
      100,
      40,
    ],
    [
      "a tall one as wide as the output is made to fit again",
      [50, 100],
      { kind: "output", width: 100, height: null },
      150,
      300,
    ],
    [
      "both shares of the output: the ratio is not kept",
      [50, 50],
      { kind: "output", width: 50, height: 10 },
      200,
      30,
    ],
    ["as large as the output", [10, 10], { kind: "output", width: 100, height: 100 }, 400, 300],
  ] as const) {
    test(name, () => {
      const placed = placeMark(
        output,
        { width: mark[0], height: mark[1] },
        { place: anchor("center"), scale },
      );
      expect(placed.size).toEqual({ width, height });
    });
  }
});

describe("place", () => {
  const mark = { width: 101, height: 50 };
  for (const [gravity, pad, left, top] of [
    ["northwest", none, 0, 0],
    ["north", none, 149, 0],
    ["northeast", none, 299, 0],
    ["west", none, 0, 125],
    ["center", none, 149, 125],
    ["east", none, 299, 125],
    ["southwest", none, 0, 250],
    ["south", none, 149, 250],
    ["southeast", none, 299, 250],
    // Padding goes inwards, and does nothing where the mark is centered.
    ["northwest", [px(8), px(5)], 8, 5],
    ["southeast", [px(8), px(5)], 291, 245],
    ["north", [px(8), px(5)], 149, 5],
    ["west", [px(8), px(5)], 8, 125],
    ["center", [px(8), px(5)], 149, 125],
    ["southwest", [percent(10), percent(10)], 40, 220],
    ["northeast", [percent(2.5), px(7)], 289, 7],
    // Negative goes outwards.
    ["northwest", [px(42), px(-28)], 42, -28],
    ["southeast", [px(-42), percent(-10)], 341, 280],
  ] as const) {
    test(`${gravity}, padded by ${JSON.stringify(pad)}`, () => {
      const placed = placeMark(output, mark, { place: anchor(gravity, pad), scale: null });
      expect(placed).toEqual({ size: mark, left, top });
    });
  }

  for (const [at, left, top] of [
    [[percent(0), percent(0)], 0, 0],
    [[percent(25), percent(50)], 100, 150],
    [[percent(100), percent(100)], 400, 300],
    [[percent(-10), px(33)], -40, 33],
    [[percent(0.1), percent(0.2)], 0, 1],
  ] as const) {
    test(`its corner at ${JSON.stringify(at)}`, () => {
      expect(placeMark(output, mark, { place: { kind: "corner", at }, scale: null })).toEqual({
        size: mark,
        left,
        top,
      });
    });
  }

  test("the padding is that of the scaled mark", () => {
    const placed = placeMark(
      output,
      { width: 1000, height: 500 },
      {
        place: anchor("southeast", [px(10), px(10)]),
        scale: { kind: "output", width: 25, height: null },
      },
    );
    expect(placed).toEqual({ size: { width: 100, height: 50 }, left: 290, top: 240 });
  });
});

const size = fc.record({
  width: fc.integer({ min: 1, max: 3000 }),
  height: fc.integer({ min: 1, max: 3000 }),
});
const share = fc.double({ min: 0.1, max: 100, noNaN: true });
const scale = fc.oneof(
  fc.constant(null),
  fc.record({ kind: fc.constant("own" as const), percent: share }),
  fc.record({ kind: fc.constant("output" as const), width: share, height: fc.option(share) }),
);
const gravity = fc.constantFrom<Compass>(
  "northwest",
  "north",
  "northeast",
  "west",
  "center",
  "east",
  "southwest",
  "south",
  "southeast",
);

test("whatever its size and scale, a mark without padding lies within the output, at least a pixel large", () => {
  fc.assert(
    fc.property(size, size, scale, gravity, (canvas, mark, wish, where) => {
      const placed = placeMark(canvas, mark, { place: anchor(where), scale: wish });
      expect(placed.size.width).toBeGreaterThanOrEqual(1);
      expect(placed.size.height).toBeGreaterThanOrEqual(1);
      expect(placed.left).toBeGreaterThanOrEqual(0);
      expect(placed.top).toBeGreaterThanOrEqual(0);
      expect(placed.left + placed.size.width).toBeLessThanOrEqual(canvas.width);
      expect(placed.top + placed.size.height).toBeLessThanOrEqual(canvas.height);
      for (const value of [placed.left, placed.top, placed.size.width, placed.size.height]) {
        expect(Number.isInteger(value)).toBe(true);
      }
    }),
  );
});

test("unless both shares are given, the ratio is kept to within a pixel", () => {
  fc.assert(
    fc.property(size, size, scale, (canvas, mark, wish) => {
      fc.pre(!(wish?.kind === "output" && wish.height !== null));
      const { width, height } = placeMark(canvas, mark, { place: anchor("center"), scale: wish }).size;
      fc.pre(width > 1 && height > 1);
      // Each side is off by at most half a pixel.
      expect(Math.abs(width - (height * mark.width) / mark.height)).toBeLessThanOrEqual(
        0.5 + mark.width / mark.height / 2 + 1e-6,
      );
    }),
  );
});

test("opposite anchors mirror each other", () => {
  const length = fc.record({
    value: fc.integer({ min: -200, max: 200 }),
    unit: fc.constantFrom("px" as const, "%" as const),
  });
  fc.assert(
    fc.property(size, size, length, length, (canvas, mark, x, y) => {
      const one = placeMark(canvas, mark, { place: anchor("northwest", [x, y]), scale: null });
      const other = placeMark(canvas, mark, { place: anchor("southeast", [x, y]), scale: null });
      expect(one.left + one.size.width + other.left).toBe(canvas.width);
      expect(one.top + one.size.height + other.top).toBe(canvas.height);
    }),
  );
});
