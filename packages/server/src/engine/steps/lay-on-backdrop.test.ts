import { describe, expect, test } from "bun:test";
import type { Backdrop } from "@freshet/core";
import { layOnBackdrop } from "./lay-on-backdrop.ts";
import { busyPixels, kinds, paint, pixelOf, shapeOf } from "./test-pixels.ts";

const plain: Backdrop = { blur: 0, opacity: 1, colorize: null, gravity: "center" };
const size = { width: 60, height: 40 };

describe("a backdrop", () => {
  for (const { channels, frames } of kinds) {
    for (const [background, opacity] of [
      [null, 1],
      [null, 0.5],
      ["3060c0", 1],
      ["3060c0", 0.5],
    ] as const) {
      test(`keeps the picture as it is, ${channels} channels, ${frames} frames, ${background} at ${opacity}`, async () => {
        // In the middle of its width this picture is opaque.
        const picture = busyPixels(40, 40, channels, frames);
        const laid = await layOnBackdrop(picture, size, 10, 0, { ...plain, blur: 6, opacity }, background);
        const expected = channels === 4 || opacity < 1 ? 4 : 3;
        expect(shapeOf(laid)).toMatchObject({
          ...size,
          frames,
          channels: background === null ? expected : 3,
        });
        for (let frame = 0; frame < frames; frame++) {
          for (let y = 0; y < 40; y++) {
            for (let x = 0; x < 40; x++) {
              const [r, g, b, alpha = 255] = pixelOf(picture, x, y, frame);
              if (alpha === 255)
                expect(pixelOf(laid, x + 10, y, frame).slice(0, 3)).toEqual([r, g, b] as number[]);
            }
          }
        }
      });
    }
  }

  test("is a copy that covers the canvas, cut where gravity says", async () => {
    // Twice as wide as the canvas is high: 80 x 40, of which 40 are seen.
    const picture = paint(40, 20, 3, (x) => (x < 10 ? [255, 0, 0] : x < 30 ? [0, 255, 0] : [0, 0, 255]));
    const canvas = { width: 40, height: 40 };
    for (const [gravity, left, right] of [
      ["west", [255, 0, 0], [0, 255, 0]],
      ["center", [0, 255, 0], [0, 255, 0]],
      ["east", [0, 255, 0], [0, 0, 255]],
    ] as const) {
      const laid = await layOnBackdrop(picture, canvas, 0, 10, { ...plain, gravity }, null);
      expect(pixelOf(laid, 2, 2)).toEqual([...left]);
      expect(pixelOf(laid, 37, 37)).toEqual([...right]);
    }
  });

  test("is blurred: an edge becomes a slope", async () => {
    const picture = paint(20, 20, 3, (x) => (x < 10 ? [0, 0, 0] : [240, 240, 240]));
    const laid = await layOnBackdrop(picture, { width: 20, height: 60 }, 0, 20, { ...plain, blur: 5 }, null);
    const row = Array.from({ length: 20 }, (_, x) => pixelOf(laid, x, 5)[0] as number);
    for (let x = 1; x < 20; x++) expect(row[x] as number).toBeGreaterThanOrEqual(row[x - 1] as number);
    expect((row[12] as number) - (row[7] as number)).toBeLessThan(200);
    expect((row[12] as number) - (row[7] as number)).toBeGreaterThan(10);
  });

  test("by hand: opacity mixes it with the background, or is its alpha", async () => {
    const picture = paint(20, 10, 3, () => [200, 100, 0]);
    const canvas = { width: 20, height: 20 };
    const half = { ...plain, opacity: 0.25 };
    // 200 / 4 + 3/4 × 255 = 241.25
    expect(pixelOf(await layOnBackdrop(picture, canvas, 0, 5, half, "ffffff"), 1, 1)).toEqual([
      241, 216, 191,
    ]);
    expect(pixelOf(await layOnBackdrop(picture, canvas, 0, 5, half, null), 1, 1)).toEqual([200, 100, 0, 64]);
    expect(pixelOf(await layOnBackdrop(picture, canvas, 0, 5, { ...plain, opacity: 0 }, null), 1, 1)[3]).toBe(
      0,
    );
    const clear = paint(20, 10, 4, () => [200, 100, 0, 130]);
    // 130 × 0.25 = 32.5; enlarging multiplies alpha in and out again, at the cost of a level or two.
    const [red, green, blue, alpha] = pixelOf(await layOnBackdrop(clear, canvas, 0, 5, half, null), 1, 1);
    expect(red as number).toBeWithin(198, 201);
    expect(green as number).toBeWithin(98, 101);
    expect([blue, alpha]).toEqual([0, 33]);
    // (200 × 130 + 255 × 125) / 255 = 227, and a quarter of that with three of white is 248.
    const onWhite = pixelOf(await layOnBackdrop(clear, canvas, 0, 5, half, "ffffff"), 1, 1);
    expect(Math.abs((onWhite[0] as number) - 248)).toBeLessThanOrEqual(1);
  });

  test("a transparent picture lets the backdrop through", async () => {
    const picture = paint(20, 10, 4, (x) => (x < 10 ? [255, 0, 0, 255] : [0, 0, 255, 0]));
    const laid = await layOnBackdrop(
      picture,
      { width: 20, height: 20 },
      0,
      5,
      { ...plain, opacity: 0 },
      "00ff00",
    );
    expect(pixelOf(laid, 15, 10)).toEqual([0, 255, 0]);
    expect(pixelOf(laid, 3, 10)).toEqual([255, 0, 0]);
  });

  test("a tint changes the color and keeps light and shade", async () => {
    const picture = paint(40, 10, 3, (x) => (x < 20 ? [60, 60, 60] : [180, 180, 180]));
    const canvas = { width: 40, height: 30 };
    const laid = await layOnBackdrop(picture, canvas, 0, 10, { ...plain, colorize: "ff0000" }, null);
    const [dark, light] = [pixelOf(laid, 2, 2), pixelOf(laid, 37, 2)] as [number[], number[]];
    for (const [r = 0, g = 0, b = 0] of [dark, light]) {
      expect(r).toBeGreaterThan(g + 20);
      expect(r).toBeGreaterThan(b + 20);
    }
    const lightness = ([r = 0, g = 0, b = 0]: number[]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
    expect(lightness(light)).toBeGreaterThan(lightness(dark) + 60);
    // The picture on top is not tinted.
    expect(pixelOf(laid, 2, 15)).toEqual([60, 60, 60]);
  });

  test("each frame has its own", async () => {
    const frames = paint(
      20,
      10,
      3,
      (_x, _y, frame) =>
        [
          [255, 0, 0],
          [0, 255, 0],
          [0, 0, 255],
        ][frame] as number[],
      3,
    );
    const laid = await layOnBackdrop(frames, { width: 20, height: 30 }, 0, 10, { ...plain, blur: 20 }, null);
    for (let frame = 0; frame < 3; frame++) {
      for (const y of [0, 15, 29]) expect(pixelOf(laid, 10, y, frame)).toEqual(pixelOf(frames, 0, 0, frame));
    }
  });
});
