import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type BunBox,
  boxFor,
  bunEighths,
  eighthsFor,
  isDecodedInFull,
  shareOf,
  type VipsShrink,
  vipsShrink,
} from "./shrink.ts";
import { busy, toJpeg, toRaster } from "./test-pictures.ts";

const side = fc.integer({ min: 1, max: 12_000 });
const size = fc.record({ width: side, height: side });

describe("how far a JPEG is shrunk while it is decoded", () => {
  const table: readonly [from: readonly [number, number], to: readonly [number, number], eighths: number][] =
    [
      [[6000, 4000], [600, 400], 2],
      [[6000, 4000], [468, 312], 1],
      [[6000, 4000], [470, 313], 2],
      [[6000, 4000], [936, 624], 2],
      [[6000, 4000], [940, 626], 4],
      [[6000, 4000], [1875, 1250], 4],
      [[6000, 4000], [1880, 1253], 8],
      [[6000, 4000], [6000, 4000], 8],
      // Of 2725 pixels an eighth is 340 and a bit more: taken for all of it, the picture would be moved.
      [[2725, 2225], [150, 122], 4],
      [[2725, 2225], [45, 37], 1],
      // The side that shrinks less decides.
      [[4000, 4000], [200, 1000], 4],
    ];
  for (const [[width, height], [toWidth, toHeight], eighths] of table) {
    test(`from ${width}x${height} to ${toWidth}x${toHeight} is to ${eighths}/8`, () => {
      expect(eighthsFor({ width, height }, { width: toWidth, height: toHeight })).toBe(eighths as 8);
    });
  }

  test("leaves 1.6 times the result's size, or all there is, and moves nothing by more than 0.15 pixels", () => {
    fc.assert(
      fc.property(size, size, (from, to) => {
        const share = eighthsFor(from, to);
        const { width, height } = shareOf(from, share);
        if (share === 8) return expect({ width, height }).toEqual(from);
        expect(width).toBeGreaterThanOrEqual(1.6 * to.width);
        expect(height).toBeGreaterThanOrEqual(1.6 * to.height);
        const times = Math.min(from.width / to.width, from.height / to.height);
        expect(((width * 8) / share - from.width) / times).toBeLessThanOrEqual(0.15);
        expect(((height * 8) / share - from.height) / times).toBeLessThanOrEqual(0.15);
      }),
      { numRuns: 2_000 },
    );
  });

  const asked: readonly (readonly [
    from: readonly [number, number],
    to: readonly [number, number],
    shrink: VipsShrink,
    isFull: boolean,
  ])[] = [
    [[4000, 3000], [1250, 938], "half", true],
    [[4000, 3000], [1248, 936], "all", false],
    [[4000, 3000], [600, 450], "all", false],
    [[4000, 3000], [700, 525], "half", false],
    [[4000, 3000], [3000, 2250], "half", true],
    // Of 4003 pixels it would forget three.
    [[4003, 3000], [600, 450], "half", false],
    [[1200, 800], [100, 67], "none", true],
  ];
  for (const [[width, height], [toWidth, toHeight], shrink, isFull] of asked) {
    test(`of ${width}x${height} to ${toWidth}x${toHeight} by libvips: ${shrink}`, () => {
      const [from, to] = [
        { width, height },
        { width: toWidth, height: toHeight },
      ];
      expect(vipsShrink(from, to, "full")).toBe(shrink);
      expect(isDecodedInFull(from, { region: null, scaled: to })).toBe(isFull);
      expect(isDecodedInFull(from, { region: { left: 0, top: 0, ...from }, scaled: to })).toBe(true);
      expect(vipsShrink(from, to, "fast")).toBe("all");
    });
  }
});

test("Bun.Image decodes a JPEG to what bunEighths says", async () => {
  const { default: sharp } = await import("sharp");
  const [width, height] = [320, 200];
  // The highest frequency of its blocks, which any shrinking leaves out: what is shrunk is gray.
  const wave = (at: number) => Math.cos(((2 * (at % 8) + 1) * 7 * Math.PI) / 16);
  const ripples = Uint8Array.from(
    { length: width * height },
    (_, at) => 128 + 100 * wave(at % width) * wave(Math.floor(at / width)),
  );
  const file = await sharp(ripples, { raw: { width, height, channels: 1 } })
    .jpeg({ quality: 100 })
    .toBuffer();
  for (const times of [1, 1.1, 1.2, 1.6, 2.1, 3, 4, 8, 9]) {
    const to = { width: Math.round(width / times), height: Math.round(height / times) };
    const share = bunEighths({ width, height }, to);
    // What it would decode to is what comes out unchanged when it is asked for.
    const exact = shareOf({ width, height }, share);
    expect(exact.width).toBeGreaterThanOrEqual(to.width);
    expect(exact.height).toBeGreaterThanOrEqual(to.height);
    const below = shareOf({ width, height }, share - 1);
    expect(share === 1 || below.width < to.width || below.height < to.height).toBe(true);
    const bytes = await new Bun.Image(file).resize(exact.width, exact.height).png().bytes();
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([exact.width, exact.height]);
    const spread = Math.max(...data) - Math.min(...data);
    expect(spread > 64).toBe(share === 8);
  }
});

describe("a box for Bun.Image", () => {
  test("is there wherever the ratio is kept, but where sides are rounded in two ways", () => {
    let found = 0;
    fc.assert(
      fc.property(size, fc.double({ min: 1.01, max: 40, noNaN: true }), (from, times) => {
        const to = {
          width: Math.max(1, Math.round(from.width / times)),
          height: Math.max(1, Math.round(from.height / times)),
        };
        const share = eighthsFor(from, to);
        const box = boxFor(from, to, share);
        if (box === null) return;
        found++;
        expect(bunEighths(from, box)).toBe(share);
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(700);
  });

  test("is not there where the ratio is changed and more is to be decoded than it needs", () => {
    expect(boxFor({ width: 1600, height: 1200 }, { width: 400, height: 400 }, 8)).toBeNull();
  });

  for (const share of [2, 4, 8] as const) {
    for (const [width, height] of [
      [640, 400],
      [400, 640],
      [597, 405],
    ] as const) {
      test(`has ${share} eighths of ${width}x${height} decoded, as in two steps, and leaves the size that is asked for`, async () => {
        const file = await toJpeg(busy(width, height));
        const to = { width: Math.round(width / 10), height: Math.round(height / 10) };
        const box = boxFor({ width, height }, to, share) as BunBox;
        expect(box.fit).toBe("inside");
        const between = shareOf({ width, height }, share);
        const decoded = await new Bun.Image(file).resize(between.width, between.height).png().bytes();
        const [once, twice] = await Promise.all([
          new Bun.Image(file).resize(box.width, box.height, { fit: box.fit }).png().bytes(),
          new Bun.Image(decoded).resize(to.width, to.height).png().bytes(),
        ]);
        const made = await toRaster(once);
        expect([made.width, made.height]).toEqual([to.width, to.height]);
        expect(made).toEqual(await toRaster(twice));
      });
    }
  }
});
