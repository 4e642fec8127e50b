import { expect, test } from "bun:test";
import { frameOf } from "../pixels.ts";
import { dropOpaqueAlpha, flatten, flattenInPlace } from "./flatten.ts";
import { busyPixels, paint, pixelOf } from "./test-pixels.ts";

test("by hand: color × alpha + background × (1 - alpha), and no alpha", () => {
  const picture = paint(3, 1, 4, (x) => [100, 200, 0, [0, 128, 255][x] as number]);
  const flat = flatten(picture, "ff0000");
  expect(flat.channels).toBe(3);
  expect(pixelOf(flat, 0, 0)).toEqual([255, 0, 0]);
  // 100 × 128/255 + 255 × 127/255 = 177.2, 200 × 128/255 = 100.4
  expect(pixelOf(flat, 1, 0)).toEqual([177, 100, 0]);
  expect(pixelOf(flat, 2, 0)).toEqual([100, 200, 0]);
});

test("every pixel of every frame, to the nearest level", () => {
  const picture = busyPixels(30, 20, 4, 3);
  const flat = flatten(picture, "4080c0");
  expect([flat.frames, flat.height, flat.delays]).toEqual([3, 20, picture.delays]);
  for (let frame = 0; frame < 3; frame++) {
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 30; x++) {
        const [r = 0, g = 0, b = 0, alpha = 0] = pixelOf(picture, x, y, frame);
        [r, g, b].forEach((level, channel) => {
          const expected = (level * alpha + ([64, 128, 192][channel] as number) * (255 - alpha)) / 255;
          expect(Math.abs((pixelOf(flat, x, y, frame)[channel] as number) - expected)).toBeLessThanOrEqual(
            0.5,
          );
        });
      }
    }
  }
});

test("without alpha it is the picture itself", () => {
  const picture = busyPixels(4, 4, 3);
  expect(flatten(picture, "000000")).toBe(picture);
});

test("a frame of an animation, wherever it lies in memory", () => {
  const frames = busyPixels(3, 3, 4, 3);
  const moved = { ...frames, data: new Uint8Array([0, ...frames.data]).subarray(1) };
  for (const picture of [frames, moved]) {
    const whole = flatten(picture, "4080c0");
    expect(flattenInPlace({ ...picture, data: picture.data.slice() }, "4080c0")).toEqual(whole);
    for (const at of [0, 1, 2]) {
      expect(flatten(frameOf(picture, at), "4080c0").data).toEqual(frameOf(whole, at).data);
    }
  }
});

test("an alpha that nothing shows through is dropped, and no other", () => {
  const opaque = paint(7, 5, 4, (x, y) => [x, y, 200, 255]);
  const dropped = dropOpaqueAlpha({ ...opaque, data: opaque.data.slice() });
  expect(dropped).toEqual(paint(7, 5, 3, (x, y) => [x, y, 200]));
  for (const [x, y] of [
    [0, 0],
    [6, 4],
    [3, 2],
  ]) {
    const seenThrough = paint(7, 5, 4, (atX, atY) => [atX, atY, 200, atX === x && atY === y ? 254 : 255]);
    expect(dropOpaqueAlpha(seenThrough)).toBe(seenThrough);
  }
  expect(dropOpaqueAlpha(dropped)).toBe(dropped);
});
