import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { toJpeg, toRaster } from "../test-pictures.ts";
import { findTrim } from "./find-trim.ts";
import { type Channels, paint } from "./test-pixels.ts";

const box = { left: 5, top: 7, width: 20, height: 11 };
const inside = ({ left, top, width, height }: typeof box, x: number, y: number) =>
  x >= left && y >= top && x < left + width && y < top + height;

describe("trim", () => {
  test("finds the box that differs from the border", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Channels>(3, 4),
        fc.record({
          left: fc.integer({ min: 0, max: 15 }),
          top: fc.integer({ min: 1, max: 15 }),
          width: fc.integer({ min: 4, max: 20 }),
          height: fc.integer({ min: 4, max: 15 }),
        }),
        async (channels, content) => {
          const picture = paint(40, 36, channels, (x, y) =>
            inside(content, x, y) ? [10, 120, 30, 255] : [250, 250, 250, 255],
          );
          expect(await findTrim(picture, 10)).toEqual(content);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("the tolerance is the number of levels that still are border", async () => {
    const picture = (level: number) =>
      paint(40, 30, 3, (x, y) => Array(3).fill(inside(box, x, y) ? level : 255));
    expect(await findTrim(picture(245), 10)).toBeNull();
    expect(await findTrim(picture(244), 10)).toEqual(box);
    expect(await findTrim(picture(244), 25)).toBeNull();
    expect(await findTrim(picture(254), 1)).toBeNull();
    expect(await findTrim(picture(253), 1)).toEqual(box);
    expect(await findTrim(picture(155), 100)).toBeNull();
    expect(await findTrim(picture(154), 100)).toEqual(box);
  });

  test("one channel is enough to differ", async () => {
    const picture = paint(40, 30, 3, (x, y) => (inside(box, x, y) ? [200, 200, 180] : [200, 200, 200]));
    expect(await findTrim(picture, 10)).toEqual(box);
  });

  test("what is transparent is border, whatever color hides there", async () => {
    const picture = paint(40, 30, 4, (x, y) =>
      inside(box, x, y) ? [0, 0, 0, 255] : [(x * 37) % 256, (y * 59) % 256, 90, 0],
    );
    expect(await findTrim(picture, 10)).toEqual(box);
    // The content has the color that hides in the top left pixel: alpha tells them apart.
    const same = paint(40, 30, 4, (x, y) => [0, 0, 90, inside(box, x, y) ? 255 : 0]);
    expect(await findTrim(same, 10)).toEqual(box);
  });

  test("on an opaque border, a hole counts as content", async () => {
    const picture = paint(40, 30, 4, (x, y) => [255, 255, 255, inside(box, x, y) ? 0 : 255]);
    expect(await findTrim(picture, 10)).toEqual(box);
  });

  test("specks and the noise of a JPEG are border", async () => {
    const drawn = paint(120, 100, 4, (x, y) =>
      x >= 40 && x < 90 && y >= 32 && y < 64 ? [200, 20, 20, 255] : [255, 255, 255, 255],
    );
    const { rgba } = await toRaster(await toJpeg({ width: 120, height: 100, rgba: drawn.data }));
    const noisy = paint(120, 100, 3, (x, y) => {
      if (x === 3 && y === 5) return [0, 0, 0];
      const grain = ((x * 7919 + y * 104_729) % 13) - 6;
      return [...rgba.subarray((y * 120 + x) * 4, (y * 120 + x) * 4 + 3)].map((level) =>
        Math.min(255, Math.max(0, level + grain)),
      );
    });
    const found = await findTrim(noisy, 10);
    // The JPEG itself blurs the edge, by less than a block of eight.
    expect(found?.left as number).toBeWithin(34, 41);
    expect(found?.top as number).toBeWithin(26, 33);
    expect(found?.width as number).toBeWithin(50, 63);
    expect(found?.height as number).toBeWithin(32, 45);
  });

  test("nothing to trim, and all to trim, are null", async () => {
    expect(
      await findTrim(
        paint(40, 30, 3, (x, y) => [x * 6, y * 8, 100]),
        10,
      ),
    ).toBeNull();
    for (const channels of [3, 4] as const) {
      expect(
        await findTrim(
          paint(40, 30, channels, () => [7, 7, 7, 255]),
          10,
        ),
      ).toBeNull();
      expect(
        await findTrim(
          paint(40, 30, channels, () => [7, 7, 7, 0]),
          10,
        ),
      ).toBeNull();
    }
    expect(
      await findTrim(
        paint(2, 2, 3, (x) => [x * 255, 0, 0]),
        10,
      ),
    ).toBeNull();
  });

  describe("of an animation", () => {
    const parts = [
      { left: 10, top: 8, width: 6, height: 6 },
      { left: 20, top: 12, width: 8, height: 10 },
    ];
    const show = (contents: readonly (typeof box | null)[]) =>
      paint(
        40,
        30,
        3,
        (x, y, frame) => {
          const content = contents[frame];
          return content && inside(content, x, y) ? [0, 0, 0] : [255, 255, 255];
        },
        contents.length,
      );
    const both = { left: 10, top: 8, width: 18, height: 14 };
    const whole = { left: 0, top: 0, width: 40, height: 30 };

    for (const [name, contents, expected] of [
      ["everything that any frame shows is kept", parts, both],
      ["a frame that is all border does not matter", [null, ...parts, null], both],
      ["two frames of nothing have nothing to keep", [null, null], null],
      [
        "a full frame keeps all",
        [parts[0] as typeof box, { ...whole, left: 1, top: 1 }, null],
        { left: 1, top: 1, width: 39, height: 29 },
      ],
    ] as const) {
      test(name, async () => {
        expect(await findTrim(show(contents), 10)).toEqual(expected);
      });
    }

    test("a frame without a border of one color keeps all", async () => {
      const frames = paint(
        40,
        30,
        3,
        (x, y, frame) => (frame === 1 ? [x * 6, y * 8, 0] : inside(box, x, y) ? [0, 0, 0] : [255, 255, 255]),
        2,
      );
      expect(await findTrim(frames, 10)).toBeNull();
    });
  });
});
