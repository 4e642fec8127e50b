import { describe, expect, test } from "bun:test";
import { inspect } from "../../origin/inspect.ts";
import { type Color, distance, pixelAt, type Raster, raster, rasterOf, red } from "../test-pictures.ts";
import { decodeForeign } from "./decode-foreign.ts";
import { profileOf, srgbOfP3, withProfile } from "./test-color.ts";
import { type HeicParts, heicProperties, makeHeic, quarters } from "./test-heic.ts";

async function decode(parts: HeicParts): Promise<Raster> {
  const file = makeHeic(parts);
  return rasterOf(await decodeForeign(file, await inspect(file)));
}

const [first, second, third, fourth] = quarters.map(([r, g, b]): Color => [r, g, b, 255]) as [
  Color,
  Color,
  Color,
  Color,
];

/** The middles of the quarters, from left to right, top to bottom; lossy as it is, within four levels. */
function expectQuarters(picture: Raster, colors: readonly Color[]): void {
  const places = [
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ] as const;
  for (const [index, [x, y]] of places.entries()) {
    const found = pixelAt(picture, (picture.width / 4) * x, (picture.height / 4) * y);
    expect(distance(found, colors[index] as Color)).toBeLessThanOrEqual(4);
  }
}

describe("a HEIC", () => {
  test("is decoded, and its bytes are left alone", async () => {
    const file = makeHeic();
    const before = new Uint8Array(file);
    const pixels = await decodeForeign(file, await inspect(file));
    expect(pixels).toMatchObject({ width: 64, height: 64, channels: 3, frames: 1, icc: null });
    expectQuarters(rasterOf(pixels), [first, second, third, fourth]);
    expect(new Uint8Array(file)).toEqual(before);
  });

  const { rotation, mirror } = heicProperties;
  const turns: readonly [what: string, properties: Uint8Array[], colors: Color[]][] = [
    ["a quarter turn to the left", [rotation(1)], [second, fourth, first, third]],
    ["a half turn", [rotation(2)], [fourth, third, second, first]],
    ["a quarter turn to the right", [rotation(3)], [third, first, fourth, second]],
    ["upside down", [mirror(0)], [third, fourth, first, second]],
    ["mirrored", [mirror(1)], [second, first, fourth, third]],
    ["turned, then mirrored", [rotation(1), mirror(1)], [fourth, second, third, first]],
    ["turned, then upside down", [rotation(1), mirror(0)], [first, third, second, fourth]],
  ];
  for (const [what, properties, colors] of turns) {
    test(`is turned upright: ${what}`, async () => expectQuarters(await decode({ properties }), colors));
  }

  test("is put together from tiles", async () => {
    const picture = await decode({ grid: true });
    expect([picture.width, picture.height]).toEqual([128, 64]);
    const row = [16, 48, 80, 112].map((x) => pixelAt(picture, x, 16));
    for (const [index, color] of [first, second, first, second].entries()) {
      expect(distance(row[index] as Color, color)).toBeLessThanOrEqual(4);
    }
  });

  test("is put together from tiles before it is turned", async () => {
    const picture = await decode({ grid: true, properties: [rotation(1)] });
    expect([picture.width, picture.height]).toEqual([64, 128]);
    expect(distance(pixelAt(picture, 16, 16), second)).toBeLessThanOrEqual(4);
    expect(distance(pixelAt(picture, 16, 48), first)).toBeLessThanOrEqual(4);
  });

  test("may be of a width that its rows in memory are longer than", async () => {
    const picture = await decode({ grid: true, size: [101, 64] });
    expect([picture.width, picture.height]).toEqual([101, 64]);
    const row = [16, 48, 80, 100].map((x) => pixelAt(picture, x, 60));
    for (const [index, color] of [third, fourth, third, fourth].entries()) {
      expect(distance(row[index] as Color, color)).toBeLessThanOrEqual(4);
    }
  });

  test("keeps its alpha", async () => {
    const picture = await decode({ alpha: "straight" });
    const half = (color: Color): Color => [color[0], color[1], color[2], 128];
    expectQuarters(picture, [first, half(second), third, half(fourth)]);
  });

  test("whose alpha is multiplied in gets its colors back", async () => {
    const picture = await decode({ alpha: "premultiplied" });
    const back = ([r, g, b]: Color): Color =>
      [...[r, g, b].map((channel) => Math.min(255, Math.round((channel * 255) / 128))), 128] as never;
    expect(distance(pixelAt(picture, 16, 16), first)).toBeLessThanOrEqual(4);
    // An error of four levels doubles with them.
    expect(distance(pixelAt(picture, 48, 16), back(second))).toBeLessThanOrEqual(8);
  });
});

describe("colors of a HEIC", () => {
  const asP3 = quarters.map(srgbOfP3);

  test("of Display P3 by number, as the primaries say", async () => {
    expectQuarters(await decode({ properties: [heicProperties.nclx(12, 13)] }), asP3);
  });

  test("of Display P3 by profile, as phones write it", async () => {
    const icc = await profileOf(
      await withProfile(
        raster(8, 8, () => red),
        "p3",
      ),
    );
    const file = makeHeic({ properties: [heicProperties.icc(icc)] });
    expect(await inspect(file)).toMatchObject({ isSrgb: false });
    expectQuarters(await decode({ properties: [heicProperties.icc(icc)] }), asP3);
  });

  test("of another curve by number", async () => {
    // IEC 61966-2-1: what linear light becomes.
    const encoded = (light: number) => Math.round(255 * (1.055 * (light / 255) ** (1 / 2.4) - 0.055));
    const colors = quarters.map(([r, g, b]): Color => [encoded(r), encoded(g), encoded(b), 255]);
    expectQuarters(await decode({ properties: [heicProperties.nclx(1, 8)] }), colors);
  });

  test("of sRGB stay as they are", async () => {
    expectQuarters(await decode({ properties: [heicProperties.nclx(1, 13)] }), [
      first,
      second,
      third,
      fourth,
    ]);
  });

  test("of Display P3 stay as they are where profiles are kept, and the profile goes along", async () => {
    const icc = await profileOf(
      await withProfile(
        raster(8, 8, () => red),
        "p3",
      ),
    );
    const kept = [
      [heicProperties.icc(icc), (found: Uint8Array | null) => expect(found).toEqual(icc)],
      [heicProperties.nclx(12, 13), (found: Uint8Array | null) => expect(found?.length).toBeGreaterThan(128)],
      [heicProperties.nclx(1, 13), (found: Uint8Array | null) => expect(found).toBeNull()],
      [heicProperties.icc(Buffer.alloc(500, 7)), (found: Uint8Array | null) => expect(found).toBeNull()],
    ] as const;
    for (const [property, expectProfile] of kept) {
      const file = makeHeic({ properties: [property] });
      const pixels = await decodeForeign(file, await inspect(file), true);
      expectQuarters(rasterOf(pixels), [first, second, third, fourth]);
      expectProfile(pixels.icc);
    }
  });

  test("with a profile that is none stay as they are", async () => {
    const icc = Buffer.alloc(500, 7);
    expectQuarters(await decode({ properties: [heicProperties.icc(icc)] }), [first, second, third, fourth]);
  });
});

describe("a HEIC that is not what it says", () => {
  test("is image_broken where its header names another size", async () => {
    for (const size of [
      [32, 32],
      [2800, 2800],
    ] as const) {
      await expect(decode({ size })).rejects.toMatchObject({ code: "image_broken" });
    }
  });

  test("is image_broken where its picture is missing", async () => {
    const file = makeHeic();
    const info = await inspect(file);
    const decoded = decodeForeign(file.subarray(0, file.length - 30), info);
    await expect(decoded).rejects.toMatchObject({ code: "image_broken" });
  });
});
