import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { limits } from "../limits.ts";
import { makeLayout, outputSize, type Size } from "./geometry.ts";
import type { Compass, Resize } from "./plan.ts";

const compass: Compass[] = [
  "northwest",
  "north",
  "northeast",
  "west",
  "center",
  "east",
  "southwest",
  "south",
  "southeast",
];

const size = (width: number, height: number): Size => ({ width, height });

describe("makeLayout, by hand", () => {
  const cases: [name: string, resize: Resize, neverEnlarge: boolean, source: Size, expected: string][] = [
    ["no size", { kind: "none" }, false, size(640, 480), "640x480"],
    ["width", { kind: "width", width: 320 }, false, size(640, 480), "320x240"],
    ["width enlarges", { kind: "width", width: 1280 }, false, size(640, 480), "1280x960"],
    ["width never enlarged", { kind: "width", width: 1280 }, true, size(640, 480), "640x480"],
    ["height", { kind: "height", height: 100 }, false, size(640, 480), "133x100"],
    [
      "crop wide",
      { kind: "crop", width: 300, height: 100, gravity: "center" },
      false,
      size(600, 400),
      "300x200 cut 300x100+0+50",
    ],
    [
      "crop north",
      { kind: "crop", width: 300, height: 100, gravity: "north" },
      false,
      size(600, 400),
      "300x200 cut 300x100+0+0",
    ],
    [
      "crop south",
      { kind: "crop", width: 300, height: 100, gravity: "south" },
      false,
      size(600, 400),
      "300x200 cut 300x100+0+100",
    ],
    [
      "crop tall east",
      { kind: "crop", width: 100, height: 200, gravity: "east" },
      false,
      size(600, 400),
      "300x200 cut 100x200+200+0",
    ],
    [
      "crop of the same ratio",
      { kind: "crop", width: 300, height: 200, gravity: "east" },
      false,
      size(600, 400),
      "300x200",
    ],
    [
      "crop enlarges",
      { kind: "crop", width: 800, height: 400, gravity: "center" },
      false,
      size(400, 400),
      "800x800 cut 800x400+0+200",
    ],
    [
      "crop never enlarged keeps the ratio",
      { kind: "crop", width: 800, height: 400, gravity: "center" },
      true,
      size(400, 400),
      "400x400 cut 400x200+0+100",
    ],
    [
      "crop never enlarged, one side too large",
      { kind: "crop", width: 800, height: 600, gravity: "center" },
      true,
      size(1000, 300),
      "1000x300 cut 400x300+300+0",
    ],
    [
      "fit",
      { kind: "fit", width: 400, height: 320, gravity: "center" },
      false,
      size(800, 400),
      "400x200 on 400x320+0+60",
    ],
    [
      "fit north",
      { kind: "fit", width: 400, height: 320, gravity: "north" },
      false,
      size(800, 400),
      "400x200 on 400x320+0+0",
    ],
    [
      "fit does not enlarge",
      { kind: "fit", width: 400, height: 300, gravity: "southeast" },
      false,
      size(100, 100),
      "100x100 on 400x300+300+200",
    ],
    [
      "fit of the same ratio",
      { kind: "fit", width: 400, height: 200, gravity: "center" },
      false,
      size(800, 400),
      "400x200",
    ],
    [
      "cropfit crops",
      { kind: "cropfit", width: 500, height: 350, gravity: "center" },
      false,
      size(650, 500),
      "500x385 cut 500x350+0+17",
    ],
    [
      "cropfit fits",
      { kind: "cropfit", width: 500, height: 350, gravity: "center" },
      false,
      size(400, 250),
      "400x250 on 500x350+50+50",
    ],
    [
      "cropfit fits if one side is larger",
      { kind: "cropfit", width: 500, height: 350, gravity: "center" },
      false,
      size(600, 250),
      "500x208 on 500x350+0+71",
    ],
    ["bound", { kind: "bound", width: 600, height: 600 }, false, size(800, 400), "600x300"],
    ["bound enlarges", { kind: "bound", width: 600, height: 600 }, false, size(80, 40), "600x300"],
    ["bound never enlarged", { kind: "bound", width: 600, height: 600 }, true, size(80, 40), "80x40"],
    ["boundmin", { kind: "boundmin", width: 300, height: 300 }, false, size(800, 400), "600x300"],
    ["cover distorts", { kind: "cover", width: 300, height: 300 }, false, size(800, 400), "300x300"],
    ["cover never enlarged", { kind: "cover", width: 1000, height: 500 }, true, size(800, 100), "200x100"],
    ["one pixel", { kind: "width", width: 1 }, false, size(1000, 3), "1x1"],
  ];
  test.each(cases)("%s", (_name, resize, neverEnlarge, source, expected) => {
    expect(describeLayout(makeLayout(resize, neverEnlarge, source))).toBe(expected);
  });
});

describe("makeLayout, for all sizes", () => {
  const side = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20_000 }));
  const source = fc.record({ width: side, height: side });
  const wanted = fc.integer({ min: 1, max: limits.outputSide });
  const resize: fc.Arbitrary<Resize> = fc.oneof(
    fc.constant<Resize>({ kind: "none" }),
    fc.record({ kind: fc.constant("width" as const), width: wanted }),
    fc.record({ kind: fc.constant("height" as const), height: wanted }),
    fc.record({
      kind: fc.constantFrom("bound" as const, "boundmin" as const, "cover" as const),
      width: wanted,
      height: wanted,
    }),
    fc.record({
      kind: fc.constantFrom("crop" as const, "fit" as const, "cropfit" as const),
      width: wanted,
      height: wanted,
      gravity: fc.constantFrom(...compass),
    }),
  );

  test("every box has whole pixels, lies inside of what it is cut from, and keeps the limits", () => {
    fc.assert(
      fc.property(resize, fc.boolean(), source, (wish, neverEnlarge, original) => {
        const layout = makeLayout(wish, neverEnlarge, original);
        const { region, scaled, crop, canvas } = layout;
        for (const { width, height } of [
          scaled,
          crop ?? scaled,
          canvas?.size ?? scaled,
          region ?? original,
        ]) {
          expect(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1).toBe(true);
        }
        if (region) expectInside(region, original);
        if (crop) expectInside(crop, scaled);
        if (canvas) expectInside({ ...scaled, left: canvas.left, top: canvas.top }, canvas.size);
        const output = outputSize(layout);
        expect(Math.max(output.width, output.height)).toBeLessThanOrEqual(limits.outputSide);
        expect(output.width * output.height).toBeLessThanOrEqual(limits.outputPixels);
        expect(scaled.width * scaled.height).toBeLessThanOrEqual(limits.outputPixels);
      }),
      { numRuns: 5_000 },
    );
  });

  test("what is asked for is what comes out, as far as the rules allow it", () => {
    fc.assert(
      fc.property(resize, source, (wish, original) => {
        const output = outputSize(makeLayout(wish, false, original));
        const isWithinLimits = (box: Size) => box.width * box.height <= limits.outputPixels;
        if (
          (wish.kind === "crop" || wish.kind === "fit" || wish.kind === "cropfit" || wish.kind === "cover") &&
          isWithinLimits(wish)
        ) {
          expect(output).toEqual(size(wish.width, wish.height));
        }
        if (wish.kind === "bound")
          expect(output.width <= wish.width && output.height <= wish.height).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("neverEnlarge: no result has a side longer than the original's, except the canvas of a fit", () => {
    fc.assert(
      fc.property(resize, source, (wish, original) => {
        const { scaled, canvas } = makeLayout(wish, true, original);
        expect(scaled.width <= original.width && scaled.height <= original.height).toBe(true);
        if (canvas) expect(["fit", "cropfit"]).toContain(wish.kind);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a long strip that is cut is not scaled as a whole", () => {
    const layout = makeLayout(
      { kind: "crop", width: 8000, height: 4000, gravity: "south" },
      false,
      size(10, 60_000),
    );
    expect(layout.region).toEqual({ left: 0, top: 59_995, width: 10, height: 5 });
    expect(outputSize(layout)).toEqual(size(8000, 4000));
  });
});

function expectInside(box: Size & { left: number; top: number }, outer: Size): void {
  expect(box.left >= 0 && box.top >= 0).toBe(true);
  expect(box.left + box.width <= outer.width && box.top + box.height <= outer.height).toBe(true);
}

function describeLayout({ region, scaled, crop, canvas }: ReturnType<typeof makeLayout>): string {
  const text = ({ width, height }: Size) => `${width}x${height}`;
  const parts = [text(scaled)];
  if (region) parts.unshift(`from ${text(region)}+${region.left}+${region.top}`);
  if (crop) parts.push(`cut ${text(crop)}+${crop.left}+${crop.top}`);
  if (canvas) parts.push(`on ${text(canvas.size)}+${canvas.left}+${canvas.top}`);
  return parts.join(" ");
}
