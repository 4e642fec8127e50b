import { describe, expect, test } from "bun:test";
import { inspect } from "../../origin/inspect.ts";
import {
  blue,
  type Color,
  distance,
  pixelAt,
  raster,
  rasterOf,
  red,
  toPng,
  toRaster,
} from "../test-pictures.ts";
import { decodeForeign } from "./decode-foreign.ts";
import { makeDib, makeIco, makeIconDib, palette } from "./test-bitmaps.ts";

async function decode(file: Uint8Array): Promise<{ size: [number, number]; colors: Color[] }> {
  const info = await inspect(file);
  expect(info).toMatchObject({ format: "ico", hasAlpha: true });
  const { data, width, height, channels } = await decodeForeign(file, info);
  expect(channels).toBe(4);
  const colors = Array.from({ length: data.length / 4 }, (_, index) => {
    const [r = 0, g = 0, b = 0, a = 0] = data.subarray(index * 4, index * 4 + 4);
    return [r, g, b, a] as const;
  });
  return { size: [width, height], colors };
}

const rows24 = [255, 0, 0, 0, 255, 255, 0, 0, 0, 0, 255, 0, 255, 0, 0, 0];
/** Blue (bottom left) and green (top right) are not to be seen. */
const mask = [0b10_000000, 0, 0, 0, 0b01_000000, 0, 0, 0];
const masked = [
  [255, 0, 0, 255],
  [0, 255, 0, 0],
  [0, 0, 255, 0],
  [255, 255, 0, 255],
] as const;
const p256 = [...palette, ...Array.from({ length: 252 }, () => [0, 0, 0, 0])];

describe("an icon", () => {
  const dibs: Readonly<Record<string, Uint8Array>> = {
    "4 bits": makeIconDib(
      { bits: 4, palette: p256.slice(0, 16), rows: [0x23, 0, 0, 0, 0x01, 0, 0, 0] },
      mask,
    ),
    "8 bits": makeIconDib({ bits: 8, palette: p256, rows: [2, 3, 0, 0, 0, 1, 0, 0] }, mask),
    "24 bits": makeIconDib({ bits: 24, rows: rows24 }, mask),
    "32 bits, alpha being nothing": makeIconDib(
      { bits: 32, rows: [255, 0, 0, 0, 0, 255, 255, 0, 0, 0, 255, 0, 0, 255, 0, 0] },
      mask,
    ),
  };
  for (const [what, dib] of Object.entries(dibs)) {
    test(`of ${what} is masked`, async () => {
      expect(await decode(makeIco(1, dib))).toEqual({ size: [2, 2], colors: [...masked] });
    });
  }

  test("of 32 bits has alpha of its own, whatever the mask says", async () => {
    const rows = [255, 0, 0, 255, 0, 255, 255, 128, 0, 0, 255, 255, 0, 255, 0, 1];
    const { colors } = await decode(makeIco(1, makeIconDib({ bits: 32, rows }, mask)));
    expect(colors).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 1],
      [0, 0, 255, 255],
      [255, 255, 0, 128],
    ]);
  });

  test("of 24 bits has no alpha of its own, whatever its bytes are", async () => {
    const dib = makeIconDib({ bits: 24, rows: new Array(16).fill(77) }, mask);
    expect((await decode(makeIco(1, dib))).colors.map(([, , , alpha]) => alpha)).toEqual([255, 0, 0, 255]);
  });

  test("may have its rows from the top", async () => {
    const rows = [...rows24.slice(8), ...rows24.slice(0, 8)];
    const fromTop = makeIconDib({ bits: 24, height: -2, rows }, [...mask.slice(4), ...mask.slice(0, 4)]);
    expect((await decode(makeIco(1, fromTop))).colors).toEqual([...masked]);
  });

  test("without a mask is opaque", async () => {
    const { colors } = await decode(makeIco(1, makeIconDib({ bits: 24, rows: rows24 }, [])));
    expect(colors.map(([, , , alpha]) => alpha)).toEqual([255, 255, 255, 255]);
  });

  test("may be a cursor", async () => {
    const file = makeIco(2, makeIconDib({ bits: 24, rows: rows24 }, mask));
    expect((await decode(file)).colors).toEqual([...masked]);
  });

  test("gives the largest of its pictures, as large as that says itself to be", async () => {
    const [small, large] = [
      raster(16, 16, () => red),
      raster(512, 300, (x) => (x < 256 ? red : [0, 0, 255, 100])),
    ];
    for (const order of [
      [small, large],
      [large, small],
    ]) {
      const file = makeIco(1, ...(await Promise.all(order.map(toPng))));
      const picture = rasterOf(await decodeForeign(file, await inspect(file)));
      expect(distance(pixelAt(picture, 400, 10), [0, 0, 255, 100])).toBe(0);
      expect(picture).toEqual(await toRaster(await toPng(large)));
    }
  });

  test("gives the one of most colors among equals", async () => {
    const few = makeIconDib(
      { bits: 8, palette: p256, rows: [0, 0, 0, 0, 0, 0, 0, 0] },
      [0, 0, 0, 0, 0, 0, 0, 0],
    );
    const many = makeIconDib(
      { bits: 24, rows: [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 0] },
      [],
    );
    expect((await decode(makeIco(1, few, many))).colors[0]).toEqual(blue);
    expect((await decode(makeIco(1, many, few))).colors[0]).toEqual(blue);
  });

  test("passes over pictures that cannot be read", async () => {
    const file = makeIco(
      1,
      Buffer.from("nonsense, and long enough to be a header of forty bytes"),
      await toPng(raster(4, 4, () => red)),
    );
    expect((await decode(file)).size).toEqual([4, 4]);
  });

  test("of opaque PNG gets an alpha channel", async () => {
    const { colors } = await decode(makeIco(1, await toPng(raster(4, 4, () => red))));
    expect(colors[0]).toEqual(red);
  });
});

describe("an icon that is not what it says", () => {
  const broken: Readonly<Record<string, Uint8Array>> = {
    "no picture at all": makeIco(1, Buffer.from("nothing")),
    "a bitmap without rows": makeIco(1, makeDib({ bits: 24, width: 100, height: 200, rows: [] })),
    "a bitmap of height one, the half of which is nothing": makeIco(
      1,
      makeDib({ bits: 24, height: 1, rows: rows24 }),
    ),
  };
  for (const [what, file] of Object.entries(broken)) {
    test(`is image_broken: ${what}`, async () => {
      await expect(decode(file)).rejects.toMatchObject({ code: "image_broken" });
    });
  }

  test("is original_too_large beyond what an icon may have", async () => {
    const file = makeIco(1, makeDib({ bits: 24, width: 3000, height: 6000, rows: [] }));
    await expect(decode(file)).rejects.toMatchObject({ code: "original_too_large" });
  });
});
