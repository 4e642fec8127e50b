import { describe, expect, test } from "bun:test";
import type { OutputFormat, SourceFormat } from "@freshet/core";
import { inspect, type SourceInfo } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import type { Cut, RasterFormat } from "./engine.ts";
import { convertersFor, decoderFor, encoderFor } from "./planner.ts";
import { psnr, referenceScale } from "./reference-scale.ts";
import { pixelsOf, quadrants, rasterOf, toRaster } from "./test-pictures.ts";

interface Wish {
  readonly from: SourceFormat;
  readonly to: RasterFormat;
  readonly info?: Partial<SourceInfo>;
  readonly cut?: Partial<Cut>;
}

const box = { left: 0, top: 0, width: 100, height: 100 };

function namesFor({ from, to, info = {}, cut = {} }: Wish): string[] {
  const source: SourceInfo = {
    width: 1600,
    height: 1200,
    format: from,
    hasAlpha: false,
    frames: 1,
    isSrgb: true,
    hasProfile: false,
    isUpright: true,
    ...info,
  };
  const whole: Cut = { region: null, scaled: { width: 400, height: 300 }, crop: null, background: null };
  return convertersFor(source, { ...whole, ...cut }, to).map(({ name }) => name);
}

describe("who converts in one go", () => {
  const table: readonly [wish: Wish, converters: readonly string[]][] = [
    [{ from: "png", to: "jpeg" }, ["bun", "sharp"]],
    [{ from: "webp", to: "webp" }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "jpeg" }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "webp" }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "jpeg", cut: { scaled: { width: 1500, height: 1125 } } }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "jpeg", cut: { fidelity: "fast" } }, ["bun", "sharp"]],
    // Another ratio: what is decoded is handed over, if it is small enough for that.
    [{ from: "jpeg", to: "jpeg", cut: { scaled: { width: 300, height: 300 } } }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "jpeg", cut: { scaled: { width: 400, height: 400 } } }, ["sharp"]],
    // Where much has to be decoded, it would all be in memory at once.
    [
      {
        from: "jpeg",
        to: "jpeg",
        info: { width: 6000, height: 4000 },
        cut: { scaled: { width: 3000, height: 2000 } },
      },
      ["sharp"],
    ],
    [{ from: "jpeg", to: "jpeg", info: { hasProfile: true, isUpright: false } }, ["bun", "sharp"]],
    [{ from: "jpeg", to: "jpeg", info: { isSrgb: false, hasProfile: true } }, ["sharp"]],
    // It writes no PNG as small.
    [{ from: "png", to: "png" }, ["sharp"]],
    // It reads WebP in half of the time that libvips takes.
    [{ from: "webp", to: "png" }, ["bun", "sharp"]],
    [{ from: "webp", to: "avif" }, ["bun", "sharp"]],
    [{ from: "webp", to: "avif", cut: { fidelity: "fast" } }, []],
    [{ from: "webp", to: "gif" }, ["sharp"]],
    // It knows no color profiles, does not weigh by alpha, and cannot cut.
    [{ from: "png", to: "webp", info: { isSrgb: false } }, ["sharp"]],
    [{ from: "png", to: "webp", info: { hasProfile: true } }, ["sharp"]],
    [{ from: "webp", to: "webp", info: { hasAlpha: true } }, ["sharp"]],
    [{ from: "webp", to: "webp", info: { isUpright: false } }, ["sharp"]],
    [{ from: "webp", to: "webp", info: { frames: 3 } }, ["sharp"]],
    [{ from: "png", to: "jpeg", cut: { crop: box } }, ["sharp"]],
    [{ from: "png", to: "jpeg", cut: { region: box } }, ["sharp"]],
    [{ from: "gif", to: "gif" }, ["sharp"]],
    [{ from: "tiff", to: "png" }, ["sharp"]],
    [{ from: "jpeg", to: "avif" }, ["sharp"]],
    // The napi addon writes AVIF from pixels; and what libvips does not read goes through pixels, too.
    [{ from: "jpeg", to: "avif", cut: { fidelity: "fast" } }, []],
    [{ from: "heic", to: "jpeg" }, []],
    [{ from: "bmp", to: "png" }, []],
    [{ from: "svg", to: "png" }, []],
  ];
  for (const [wish, converters] of table) {
    test(`for ${JSON.stringify(wish)} is ${converters.join(", then ") || "nobody"}`, () => {
      expect(namesFor(wish)).toEqual([...converters]);
    });
  }
});

test("there is a decoder for every format, and it reads it", () => {
  const formats = {
    jpeg: "sharp",
    png: "sharp",
    webp: "sharp",
    avif: "sharp",
    gif: "sharp",
    tiff: "sharp",
    bmp: "foreign",
    ico: "foreign",
    heic: "foreign",
    jxl: "foreign",
    svg: "svg",
  } as const satisfies Record<SourceFormat, string>;
  for (const [format, name] of Object.entries(formats) as [SourceFormat, string][]) {
    const decoder = decoderFor({ format } as SourceInfo);
    expect([format, decoder.name, decoder.reads.has(format)]).toEqual([format, name, true]);
  }
});

test("there is an encoder for every format, and AVIF that keeps a profile is written by one that takes it along", () => {
  const pixels = pixelsOf(quadrants(4, 4));
  const names = {
    jpeg: "sharp",
    png: "sharp",
    webp: "sharp",
    gif: "sharp",
    avif: "sharp",
  } as const satisfies Record<Exclude<OutputFormat, "svg">, string>;
  for (const [format, name] of Object.entries(names) as [RasterFormat, string][]) {
    expect([format, encoderFor(pixels, format).name]).toEqual([format, name]);
  }
  expect(encoderFor(pixels, "avif", "fast").name).toBe("napi");
  expect(encoderFor({ ...pixels, icc: new Uint8Array(1) }, "avif", "fast").name).toBe("sharp");
});

describe("the decoder of photographs", () => {
  for (const name of ["flat.jpg", "birds.jpg", "boat.jpg", "flower.jpg", "canyon.jpg", "mountains.jpg"]) {
    test(`makes ${name} smaller as a textbook Lanczos3 of the full decode does, within 40 dB`, async () => {
      const source = await Bun.file(photos[name] as string).bytes();
      const [info, full] = [await inspect(source), await toRaster(source)];
      for (const share of [0.4, 0.25, 0.1, 0.05]) {
        const size = { width: Math.round(info.width * share), height: Math.round(info.height * share) };
        const wanted = { region: null, size, moving: false, keepProfile: false };
        const pixels = await decoderFor(info).decode(source, info, wanted);
        const score = psnr(rasterOf(pixels), referenceScale(full, size.width, size.height));
        expect({ share, score: score >= 40 ? "at least 40" : score }).toEqual({
          share,
          score: "at least 40",
        });
      }
    }, 60_000);
  }
});
