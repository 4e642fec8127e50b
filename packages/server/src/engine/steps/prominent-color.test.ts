import { expect, test } from "bun:test";
import { prominentColor } from "./prominent-color.ts";
import { type Channels, paint } from "./test-pixels.ts";

test("a flat background is met exactly, in both kinds of picture", async () => {
  for (const [color, hex] of [
    [[255, 255, 255], "ffffff"],
    [[0, 0, 0], "000000"],
    [[250, 240, 16], "faf010"],
    // On the border of two bins.
    [[15, 16, 127], "0f107f"],
  ] as const) {
    for (const channels of [3, 4] as Channels[]) {
      const picture = paint(300, 200, channels, (x, y) =>
        x > 80 && x < 200 && y > 50 ? [x, y, (x * y) % 256, 255] : [...color, 255],
      );
      expect(await prominentColor(picture)).toBe(hex);
    }
  }
});

test("it is the color of most pixels, not their mean", async () => {
  const picture = paint(100, 100, 3, (x) => (x < 60 ? [200, 30, 30] : [20, 20, 220]));
  expect(await prominentColor(picture)).toBe("c81e1e");
});

test("fine patterns are not blended into a color that no pixel has", async () => {
  const stripes = paint(300, 300, 3, (x) => (x % 3 === 0 ? [0, 0, 0] : [240, 240, 240]));
  expect(await prominentColor(stripes)).toBe("f0f0f0");
});

test("noise around a color does not move it", async () => {
  const picture = paint(200, 200, 3, (x, y) => {
    const grain = ((x * 7919 + y * 104_729) % 9) - 4;
    return [128 + grain, 64 + grain, 192 - grain];
  });
  const color = await prominentColor(picture);
  [128, 64, 192].forEach((level, at) => {
    expect(Math.abs(Number.parseInt(color.slice(at * 2, at * 2 + 2), 16) - level)).toBeLessThanOrEqual(1);
  });
});

test("what is transparent does not count", async () => {
  const picture = paint(100, 100, 4, (x) => (x < 80 ? [255, 0, 255, 0] : [16, 32, 64, 255]));
  expect(await prominentColor(picture)).toBe("102040");
  expect(await prominentColor(paint(10, 10, 4, () => [9, 9, 9, 0]))).toBe("ffffff");
});

test("of an animation, the first frame", async () => {
  const frames = paint(10, 10, 3, (_x, _y, frame) => (frame === 0 ? [1, 2, 3] : [200, 200, 200]), 3);
  expect(await prominentColor(frames)).toBe("010203");
});

test("one pixel has a color too", async () => {
  expect(await prominentColor(paint(1, 1, 3, () => [17, 34, 51]))).toBe("112233");
});
