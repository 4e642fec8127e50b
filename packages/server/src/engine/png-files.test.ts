import { describe, expect, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import { inspect } from "../origin/inspect.ts";
import { render } from "../render/render.ts";
import { type PngChunk, pngEnd, pngHeader, pngOf, pngPixels } from "./decoders/test-png.ts";
import {
  blue,
  type Color,
  distance,
  green,
  pixelAt,
  type Raster,
  raster,
  red,
  toRaster,
  yellow,
} from "./test-pictures.ts";

/** Kinds of PNG that are put together here, chunk by chunk, so that what is in them is known without any library. */

async function renderAs(query: string, file: Uint8Array): Promise<Raster> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const output = negotiate(plan.formats, null, (await inspect(file)).format);
  return toRaster((await render({ original: file, watermarks: [] }, plan, output)).bytes);
}

const plain = ({ width, height, rgba }: Raster): Raster => ({ width, height, rgba: new Uint8Array(rgba) });

describe("a PNG with a palette", () => {
  const palette: PngChunk = [
    "PLTE",
    Buffer.from([red, green, blue, yellow].flatMap((color) => color.slice(0, 3))),
  ];
  const colors = [red, green, blue, yellow] as const;
  const [width, height] = [21, 9];
  /** Which color is where. */
  const indexAt = (x: number, y: number, count: number) => (x + 2 * y) % count;

  for (const depth of [1, 2, 4, 8]) {
    const count = Math.min(4, 2 ** depth);
    const rows = Array.from({ length: height }, (_, y) => {
      const bytes = new Array<number>(Math.ceil((width * depth) / 8)).fill(0);
      for (let x = 0; x < width; x++) {
        const bit = x * depth;
        // The leftmost pixel is in the highest bits (PNG specification, third edition, section 7.2).
        bytes[bit >> 3] = (bytes[bit >> 3] as number) | (indexAt(x, y, count) << (8 - depth - (bit & 7)));
      }
      return bytes;
    });
    const pixels: PngChunk = ["IDAT", pngPixels(rows)];

    test(`of ${depth} bits a pixel is read to the pixel`, async () => {
      const file = pngOf(pngHeader(width, height, depth, 3), palette, pixels, pngEnd);
      expect(await inspect(file)).toMatchObject({ format: "png", hasAlpha: false });
      const wanted = raster(width, height, (x, y) => colors[indexAt(x, y, count)] as Color);
      expect(plain(await renderAs("", file))).toEqual(wanted);
      expect(plain(await renderAs("tl_px=3,2&br_px=14,8", file))).toEqual(
        raster(11, 6, (x, y) => colors[indexAt(x + 3, y + 2, count)] as Color),
      );
      expect(plain(await renderAs("flip=h&invert=1", file))).toEqual(
        raster(width, height, (x, y) => {
          const [r, g, b] = colors[indexAt(width - 1 - x, y, count)] as Color;
          return [255 - r, 255 - g, 255 - b, 255];
        }),
      );
    });

    test(`of ${depth} bits a pixel may have alpha in it`, async () => {
      const alpha = [255, 128, 0];
      const file = pngOf(
        pngHeader(width, height, depth, 3),
        palette,
        ["tRNS", Buffer.from(alpha.slice(0, count))],
        pixels,
        pngEnd,
      );
      expect(await inspect(file)).toMatchObject({ hasAlpha: true });
      const shown = await renderAs("", file);
      for (let x = 0; x < width; x++) {
        const index = indexAt(x, 4, count);
        expect([x, pixelAt(shown, x, 4)[3]]).toEqual([x, alpha[index] ?? 255]);
      }
      const onWhite = await renderAs("force_format=jpeg&bg_color=fff&q=100&w=210&h=90&func=cover", file);
      expect([onWhite.width, onWhite.height]).toEqual([210, 90]);
    });
  }

  test("is scaled by its colors, not by their numbers", async () => {
    // Black and white in turn, as numbers 0 and 3, with red and green between them in the palette.
    const shades: PngChunk = ["PLTE", Buffer.from([0, 0, 0, 255, 0, 0, 0, 255, 0, 255, 255, 255])];
    const rows = Array.from({ length: 64 }, () => new Array<number>(64).fill(0).map((_, x) => (x % 2) * 3));
    const file = pngOf(pngHeader(64, 64, 8, 3), shades, ["IDAT", pngPixels(rows)], pngEnd);
    const shown = await renderAs("w=16&force_format=png", file);
    const [r, g, b] = pixelAt(shown, 8, 8);
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1);
    expect(Math.abs(r - 128)).toBeLessThanOrEqual(8);
  });
});

describe("an animated PNG", () => {
  const [width, height] = [24, 16];
  const number = (...values: number[]) => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at);
    return bytes;
  };
  const rowsOf = ([r, g, b]: Color) =>
    pngPixels(Array.from({ length: height }, () => new Array(width).fill([r, g, b]).flat()));
  /** Number in the sequence, size, offset, a tenth of a second (section 11.3.6.2). */
  const control = (sequence: number): PngChunk => [
    "fcTL",
    Buffer.concat([number(sequence, width, height, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]),
  ];
  const later = (sequence: number, color: Color): PngChunk => [
    "fdAT",
    Buffer.concat([number(sequence), rowsOf(color)]),
  ];
  const header = pngHeader(width, height, 8, 2);
  const plays = (frames: number): PngChunk => ["acTL", number(frames, 0)];
  const files = {
    "its first frame": pngOf(
      header,
      plays(3),
      control(0),
      ["IDAT", rowsOf(red)],
      control(1),
      later(2, green),
      control(3),
      later(4, blue),
      pngEnd,
    ),
    "the picture that stands for it, where it is no frame of it": pngOf(
      header,
      plays(2),
      ["IDAT", rowsOf(red)],
      control(0),
      later(1, green),
      control(2),
      later(3, blue),
      pngEnd,
    ),
  };
  for (const [what, file] of Object.entries(files)) {
    for (const query of [
      "",
      "w=12",
      "force_format=jpeg",
      "w=12&blur=1&force_format=_webp",
      "force_format=gif",
    ]) {
      test(`is shown by ${what}, ?${query}`, async () => {
        expect(await inspect(file)).toMatchObject({ format: "png", width, height, frames: 1 });
        const shown = await renderAs(query, file);
        expect([shown.width, shown.height]).toEqual(query.includes("w=12") ? [12, 8] : [width, height]);
        for (const [x, y] of [
          [0, 0],
          [shown.width - 1, shown.height - 1],
          [5, 5],
        ] as const) {
          expect(distance(pixelAt(shown, x, y), red)).toBeLessThanOrEqual(3);
        }
      });
    }
  }

  test("whose later frames are broken is still shown by its first", async () => {
    const file = pngOf(
      header,
      plays(2),
      control(0),
      ["IDAT", rowsOf(red)],
      control(1),
      ["fdAT", Buffer.concat([number(2), deflateSync(new Uint8Array(3))])],
      pngEnd,
    );
    expect(distance(pixelAt(await renderAs("w=12", file), 6, 4), red)).toBeLessThanOrEqual(3);
  });
});

describe("a PNG with an alpha channel, of whatever it is", () => {
  /** Where it begins to be seen through. */
  const alphas: readonly (readonly [what: string, alphaAt: (x: number, y: number) => number])[] = [
    ["opaque", () => 255],
    ["transparent at its edge", (_x, y) => (y === 0 ? 0 : 255)],
    ["transparent below the rows that are looked at first", (x, y) => (y > 20 && x > 3 ? 128 : 255)],
    ["transparent in its last pixel", (x, y) => (x === 10 && y === 30 ? 0 : 255)],
  ];
  const kinds: readonly (readonly [kind: string, type: number, pixel: (x: number, y: number) => number[]])[] =
    [
      ["color", 6, (x, y) => [20 * x, 5 * y, 90]],
      ["gray", 4, (x, y) => [(20 * x + 5 * y) & 255]],
    ];
  const sizes = [
    [11, 31],
    [1, 1],
    [3, 7],
  ] as const;

  for (const [kind, type, pixel] of kinds) {
    for (const [what, alphaAt] of alphas) {
      test(`${kind}, ${what}: keeps its pixels, and is laid on a color`, async () => {
        for (const [width, height] of sizes) {
          const at = (x: number, y: number) => [...pixel(x, y), alphaAt(x, y)];
          const rows = Array.from({ length: height }, (_, y) =>
            Array.from({ length: width }, (_, x) => at(x, y)).flat(),
          );
          const file = pngOf(pngHeader(width, height, 8, type), ["IDAT", pngPixels(rows)], pngEnd);
          const rgb = (x: number, y: number) => {
            const [r = 0, g = r, b = r] = pixel(x, y);
            return [r, g, b] as const;
          };
          const kept = raster(width, height, (x, y) => [...rgb(x, y), alphaAt(x, y)]);
          expect(plain(await renderAs("", file))).toEqual(kept);
          const laid = await renderAs("bg_color=ff0000", file);
          for (const [x, y] of [
            [0, 0],
            [width - 1, height - 1],
            [width >> 1, height >> 1],
          ] as const) {
            const alpha = alphaAt(x, y);
            const [r, g, b] = rgb(x, y);
            const mixed = [r, g, b].map((level, channel) => {
              return (level * alpha + (channel === 0 ? 255 : 0) * (255 - alpha)) / 255;
            });
            expect(distance(pixelAt(laid, x, y), [...mixed, 255] as unknown as Color)).toBeLessThanOrEqual(2);
          }
        }
      });
    }
  }
});
