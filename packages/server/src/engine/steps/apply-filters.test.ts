import { describe, expect, test } from "bun:test";
import type { Filter } from "@freshet/core";
import { applyFilters } from "./apply-filters.ts";
import {
  alphaOf,
  busyPixels,
  kinds,
  mapPixels,
  paint,
  pixelOf,
  toLevel,
  worstDifference,
} from "./test-pixels.ts";

/** From three levels to three levels, not limited to their range: written as the source of each filter has it. */
type Textbook = (red: number, green: number, blue: number) => readonly number[];

const lightness = (r: number, g: number, b: number) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

const textbook: readonly (readonly [Filter, Textbook])[] = [
  [{ kind: "bright", offset: 40 }, (...rgb) => rgb.map((level) => level + 40)],
  [{ kind: "bright", offset: -255 }, () => [0, 0, 0]],
  [
    { kind: "contrast", percent: 50 },
    (...rgb) => rgb.map((level) => ((level / 255 - 0.5) * 2.25 + 0.5) * 255),
  ],
  [
    { kind: "contrast", percent: -30 },
    (...rgb) => rgb.map((level) => ((level / 255 - 0.5) * 0.49 + 0.5) * 255),
  ],
  [{ kind: "contrast", percent: -100 }, () => [127.5, 127.5, 127.5]],
  // Filter Effects Module Level 1, saturate(1.6), saturate(0.25): color-matrix of feColorMatrix type="saturate".
  ...[60, -75].map((percent): readonly [Filter, Textbook] => [
    { kind: "saturate", percent },
    (r, g, b) => {
      const gray = 0.213 * r + 0.715 * g + 0.072 * b;
      return [r, g, b].map((level) => gray + (1 + percent / 100) * (level - gray));
    },
  ]),
  [
    { kind: "colorize", color: "ff8000", opacity: 0.3 },
    (r, g, b) => [r * 0.7 + 255 * 0.3, g * 0.7 + 128 * 0.3, b * 0.7],
  ],
  [{ kind: "grey" }, (r, g, b) => Array(3).fill(lightness(r, g, b))],
  [
    { kind: "duotone", dark: "200040", light: "ffe0c0" },
    (r, g, b) => {
      const share = lightness(r, g, b) / 255;
      return [32 + 223 * share, 224 * share, 64 + 128 * share];
    },
  ],
  [
    { kind: "sepia" },
    (r, g, b) => [
      0.393 * r + 0.769 * g + 0.189 * b,
      0.349 * r + 0.686 * g + 0.168 * b,
      0.272 * r + 0.534 * g + 0.131 * b,
    ],
  ],
  [{ kind: "invert" }, (...rgb) => rgb.map((level) => 255 - level)],
];

describe("a filter of colors", () => {
  for (const [filter, formula] of textbook) {
    for (const { channels, frames } of kinds) {
      test(`${JSON.stringify(filter)} is what the textbook says, ${channels} channels, ${frames} frames`, async () => {
        const picture = busyPixels(61, 43, channels, frames);
        const expected = mapPixels(picture, ([r = 0, g = 0, b = 0, ...alpha]) => [
          ...formula(r, g, b),
          ...alpha,
        ]);
        const filtered = await applyFilters(picture, [filter]);
        expect(filtered.data.length).toBe(expected.data.length);
        // Colors are compared under transparent pixels too: nothing may depend on alpha.
        const worst = filtered.data.reduce(
          (far, level, at) => Math.max(far, Math.abs(level - (expected.data[at] as number))),
          0,
        );
        expect(worst).toBeLessThanOrEqual(1);
        expect(filtered.delays).toEqual(picture.delays);
        expect(alphaOf(filtered)).toEqual(alphaOf(picture));
      });
    }
  }

  test("white, black and grays keep their level where the filter has nothing to say about them", async () => {
    const grays = paint(256, 1, 3, (x) => [x, x, x]);
    for (const filter of [{ kind: "grey" }, { kind: "saturate", percent: 80 }] as const) {
      expect((await applyFilters(grays, [filter])).data).toEqual(Buffer.from(grays.data));
    }
  });

  test("by hand: one pixel through each", async () => {
    const after = async (filter: Filter) =>
      pixelOf(
        await applyFilters(
          paint(1, 1, 4, () => [100, 150, 200, 77]),
          [filter],
        ),
        0,
        0,
      );
    expect(await after({ kind: "bright", offset: 70 })).toEqual([170, 220, 255, 77]);
    // (100 - 127.5) × 4 + 127.5 = 17.5, (150 - 127.5) × 4 + 127.5 = 217.5, 417.5
    expect(await after({ kind: "contrast", percent: 100 })).toEqual([18, 218, 255, 77]);
    // 21.26 + 107.28 + 14.44 = 142.98
    expect(await after({ kind: "grey" })).toEqual([143, 143, 143, 77]);
    // 39.3 + 115.35 + 37.8 = 192.45; 34.9 + 102.9 + 33.6 = 171.4; 27.2 + 80.1 + 26.2 = 133.5
    const [red, green, blue] = await after({ kind: "sepia" });
    expect([red, green]).toEqual([192, 171]);
    // A half that floating point may put on either side.
    expect([133, 134]).toContain(blue as number);
    expect(await after({ kind: "invert" })).toEqual([155, 105, 55, 77]);
    expect(await after({ kind: "colorize", color: "000000", opacity: 0.5 })).toEqual([50, 75, 100, 77]);
  });
});

describe("several filters", () => {
  const limited =
    (formula: Textbook): Textbook =>
    (r, g, b) =>
      formula(r, g, b).map((level) => Math.min(255, Math.max(0, level)));
  const formulaOf = (filter: Filter) =>
    limited((textbook.find(([known]) => Bun.deepEquals(known, filter)) as (typeof textbook)[number])[1]);

  test("each pair of color filters is the one after the other, limited in between", async () => {
    const picture = busyPixels(41, 31, 4);
    for (const [first] of textbook) {
      for (const [second] of textbook) {
        const [one, two] = [formulaOf(first), formulaOf(second)];
        const expected = mapPixels(picture, ([r = 0, g = 0, b = 0, ...alpha]) => [
          ...two(...(one(r, g, b) as [number, number, number])),
          ...alpha,
        ]);
        const filtered = await applyFilters(picture, [first, second]);
        // Where two passes are needed, the first is rounded, and the second (at most 2.25 here) multiplies that.
        expect(worstDifference(filtered, expected)).toBeLessThanOrEqual(2);
      }
    }
  });

  test("what the first cuts off is lost to the second", async () => {
    const white = paint(1, 1, 3, () => [255, 200, 100]);
    const filtered = await applyFilters(white, [
      { kind: "bright", offset: 100 },
      { kind: "bright", offset: -100 },
    ]);
    expect(pixelOf(filtered, 0, 0)).toEqual([155, 155, 100]);
  });

  test("order counts, and a blur in between does too", async () => {
    const line = paint(9, 1, 3, (x) => (x === 4 ? [255, 255, 255] : [0, 0, 0]));
    const [blurredFirst, brightFirst] = await Promise.all([
      applyFilters(line, [
        { kind: "blur", sigma: 1 },
        { kind: "contrast", percent: 100 },
      ]),
      applyFilters(line, [
        { kind: "contrast", percent: 100 },
        { kind: "blur", sigma: 1 },
      ]),
    ]);
    // A Gaussian of sigma 1 is 0.399 in its middle: 101.7, and contrast makes 24.5 of it.
    expect(pixelOf(brightFirst, 4, 0)[0]).toBeWithin(98, 106);
    expect(pixelOf(blurredFirst, 4, 0)[0]).toBeWithin(12, 36);
    const colorsAround = await applyFilters(line, [
      { kind: "invert" },
      { kind: "blur", sigma: 1 },
      { kind: "invert" },
    ]);
    expect(
      Math.abs((pixelOf(colorsAround, 4, 0)[0] as number) - (pixelOf(brightFirst, 4, 0)[0] as number)),
    ).toBeLessThanOrEqual(2);
  });

  test("none is the picture itself", async () => {
    const picture = busyPixels(8, 8, 3);
    expect(await applyFilters(picture, [])).toBe(picture);
  });

  test("twice inverted is as before", async () => {
    const picture = busyPixels(40, 30, 4, 2);
    const twice = await applyFilters(picture, [{ kind: "invert" }, { kind: "invert" }]);
    expect(worstDifference(twice, picture)).toBe(0);
    expect(toLevel(255.4)).toBe(255);
  });
});
