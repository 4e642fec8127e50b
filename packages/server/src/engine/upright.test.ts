import { describe, expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken, type SourceFormat } from "@freshet/core";
import sharp, { type Sharp } from "sharp";
import { inspect } from "../origin/inspect.ts";
import { render } from "../render/render.ts";
import { withProperties } from "./decoders/test-avif.ts";
import { heicProperties } from "./decoders/test-heic.ts";
import {
  blue,
  type Color,
  distance,
  green,
  pixelAt,
  quadrants,
  type Raster,
  red,
  toAvif,
  toPng,
  toRaster,
  yellow,
} from "./test-pictures.ts";

/** From the file to the pixels: every format that can say how its picture is to be turned, whatever way it takes. */

/** The quadrants from left to right, top to bottom, once the picture is upright (EXIF 2.32, section 4.6.4 A). */
const upright: Readonly<Record<number, readonly Color[]>> = {
  1: [red, green, blue, yellow],
  2: [green, red, yellow, blue],
  3: [yellow, blue, green, red],
  4: [blue, yellow, red, green],
  5: [red, blue, green, yellow],
  6: [blue, red, yellow, green],
  7: [yellow, green, blue, red],
  8: [green, yellow, red, blue],
};

/** In one go, by either converter; unscaled; through pixels, for the corners; and from the whole, which `trim` looks at. */
const ways = [
  "w=32&force_format=png",
  "w=32&force_format=jpeg&q=95",
  "force_format=png",
  "w=32&radius=1&force_format=png",
  "w=32&trim=1&force_format=png",
];

async function renderAs(query: string, file: Uint8Array): Promise<Raster> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const output = negotiate(plan.formats, null, (await inspect(file)).format);
  return toRaster((await render({ original: file, watermarks: [] }, plan, output)).bytes);
}

async function expectUpright(
  file: Uint8Array,
  format: SourceFormat,
  colors: readonly Color[],
): Promise<void> {
  const info = await inspect(file);
  expect(info.format).toBe(format);
  const isWide = info.width > info.height;
  for (const way of ways) {
    const shown = await renderAs(way, file);
    const quarter = (index: number, side: number) => Math.floor((side / 4) * (1 + 2 * index));
    const off = colors.filter((color, at) => {
      const [x, y] = [quarter(at % 2, shown.width), quarter(at >> 1, shown.height)];
      return distance(pixelAt(shown, x, y), color) > 12;
    });
    expect({ way, off, isWide: shown.width > shown.height }).toEqual({ way, off: [], isWide });
  }
  // The last quarter, in pixels of the upright picture.
  const corner = `tl_px=${info.width / 2},${info.height / 2}&force_format=png`;
  const cut = await renderAs(corner, file);
  expect([cut.width, cut.height]).toEqual([info.width / 2, info.height / 2]);
  expect(distance(pixelAt(cut, cut.width >> 1, cut.height >> 1), colors[3] as Color)).toBeLessThanOrEqual(12);
}

const lying = quadrants(64, 32);

describe("EXIF orientation", () => {
  const write = {
    jpeg: (image: Sharp) => image.jpeg({ quality: 98, chromaSubsampling: "4:4:4" }),
    png: (image: Sharp) => image.png(),
    webp: (image: Sharp) => image.webp({ lossless: true }),
    tiff: (image: Sharp) => image.tiff({ compression: "lzw" }),
    // libvips says it in `irot` and `imir`, too, and these are what counts.
    avif: (image: Sharp) => image.avif({ quality: 95, effort: 0, chromaSubsampling: "4:4:4" }),
  } satisfies Partial<Record<SourceFormat, (image: Sharp) => Sharp>>;
  for (const [format, encode] of Object.entries(write) as [keyof typeof write, (image: Sharp) => Sharp][]) {
    for (const [orientation, colors] of Object.entries(upright)) {
      test(`${orientation} turns the pixels of a ${format} upright`, async () => {
        const image = sharp(await toPng(lying)).withMetadata({ orientation: Number(orientation) });
        await expectUpright(await encode(image).toBuffer(), format, colors);
      });
    }
  }
});

describe("an AVIF", () => {
  const { rotation, mirror } = heicProperties;
  // Counter-clockwise; and what is mirrored is what was turned (ISO/IEC 23008-12, section 6.5).
  const turns: readonly (readonly [what: string, properties: readonly Uint8Array[], orientation: number])[] =
    [
      ["is as it lies", [], 1],
      ["is mirrored from left to right", [mirror(1)], 2],
      ["is turned by half", [rotation(2)], 3],
      ["is mirrored from top to bottom", [mirror(0)], 4],
      ["is turned left, then mirrored from top to bottom", [rotation(1), mirror(0)], 5],
      ["is turned right", [rotation(3)], 6],
      ["is turned left, then mirrored from left to right", [rotation(1), mirror(1)], 7],
      ["is turned left", [rotation(1)], 8],
    ];
  for (const [what, properties, orientation] of turns) {
    test(`${what}, as its properties say`, async () => {
      const file = withProperties(await toAvif(lying), properties);
      await expectUpright(file, "avif", upright[orientation] as readonly Color[]);
    });
  }
});
