import { afterAll, describe, expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import sharp from "sharp";
import { inspect } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import { render } from "../render/render.ts";
import { score } from "./perceptual/ssimulacra2.ts";
import { psnr, referenceScale } from "./reference-scale.ts";
import { sharpEncoder } from "./sharp-encoder.ts";
import { pixelAt, pixelsOf, type Raster, raster, scaledBySharp, toRaster } from "./test-pictures.ts";

/**
 * How true a smaller picture is to the original, from the URL to the pixels: beside a textbook Lanczos3, in floating
 * point, of all of its pixels. `bun bench/fidelity.ts` does the same for photographs of one's own.
 */

/** What a photograph keeps at least. */
const floorDb = 40;
/**
 * Grain of the size of a pixel is what shrinking while decoding averages in another way than Lanczos3 does, so that both we
 * and sharp may fall below the floor there. Then the score of what is seen (SSIMULACRA2, 0 to 100) decides: at least that
 * of sharp by default, less what is lost in the scatter of one picture.
 */
const spareScore = 0.5;

const lines: string[] = [];

async function scaled(file: Uint8Array, width: number): Promise<Raster> {
  const { plan } = parseRequest(`/h.io/x?w=${width}&force_format=png`, plainToken("doc"));
  const output = negotiate(plan.formats, null, (await inspect(file)).format);
  return toRaster((await render({ original: file, watermarks: [] }, plan, output)).bytes);
}

interface Cell {
  readonly ours: Raster;
  readonly reference: Raster;
  readonly db: number;
}

async function compare(name: string, file: Uint8Array, full: Raster, width: number): Promise<Cell> {
  const ours = await scaled(file, width);
  const reference = referenceScale(full, ours.width, ours.height);
  const db = psnr(ours, reference);
  lines.push(
    `${name.padEnd(24)} ${full.width}x${full.height} to ${String(width).padStart(4)} px: ${db.toFixed(1)} dB`,
  );
  return { ours, reference, db };
}

const samples = new Map(Object.entries(photos).map(([name, path]) => [path, name]));

describe(`a photograph made smaller keeps ${floorDb} dB`, () => {
  for (const [path, name] of samples) {
    test(`${name}, decoded in full`, async () => {
      const file = await Bun.file(path).bytes();
      const full = await toRaster(file);
      for (const width of [800, 400, 120].filter((width) => width < full.width)) {
        expect((await compare(name, file, full, width)).db).toBeGreaterThanOrEqual(floorDb);
      }
    }, 120_000);
  }
});

describe(`a picture so large that libjpeg shrinks it while it decodes keeps ${floorDb} dB, or looks no worse than sharp makes it`, () => {
  let judged = 0;

  const pictures: readonly (readonly [
    name: string,
    make: () => Promise<Raster>,
    widths: readonly number[],
  ])[] = [
    ["boat.jpg with grain", async () => withGrain(await enlarged("boat.jpg", 1.6)), [400, 100]],
    ["flower.jpg, enlarged", () => enlarged("flower.jpg", 2), [200]],
    ["grain on a gradient", async () => withGrain(gradient(1600, 1300)), [600, 120]],
  ];
  for (const [name, make, widths] of pictures) {
    test(name, async () => {
      const written = { format: "jpeg", quality: 85, small: false } as const;
      const file = await sharpEncoder.encode(pixelsOf(await make()), written);
      const full = await toRaster(file);
      expect(full.width * full.height).toBeGreaterThan(1_500_000);
      for (const width of widths) {
        const { ours, reference, db } = await compare(name, file, full, width);
        if (db >= floorDb) continue;
        judged++;
        const theirs = await scaledBySharp(file, ours.width, ours.height);
        const scores = [ours, theirs].map((picture) => score(pixelsOf(reference), pixelsOf(picture)));
        const [our, their] = scores as [number, number];
        const theirDb = psnr(theirs, reference).toFixed(1);
        lines.push(`    SSIMULACRA2 ${our.toFixed(2)}; sharp by default ${their.toFixed(2)}, ${theirDb} dB`);
        expect(our).toBeGreaterThanOrEqual(their - spareScore);
      }
    }, 120_000);
  }

  // Or else no score was looked at.
  test("is below the floor somewhere", () => expect(judged).toBeGreaterThan(0));
});

/** Widths of which each takes another way: decoded in full, shrunk while it is decoded, or in two steps. */
const ways: readonly (readonly [name: string, size: readonly [number, number], widths: readonly number[]])[] =
  [
    ["boat.jpg", [640, 512], [600, 400, 250, 130]],
    ["canyon.jpg", [1920, 1406], [1800, 700, 400, 230]],
    ["mountains.jpg", [2725, 1289], [500, 300, 240]],
  ];
describe("a finished JPEG scores no worse than sharp's", () => {
  for (const [name, [width, height], widths] of ways) {
    test(`${name} of ${width} px`, async () => {
      const original = await Bun.file(photos[name] as string).bytes();
      const picture = await scaledBySharp(original, width, height);
      const file = await sharpEncoder.encode(pixelsOf(picture), {
        format: "jpeg",
        quality: 90,
        small: false,
      });
      const full = await toRaster(file);
      for (const wanted of widths) {
        const { plan } = parseRequest(`/h.io/x?w=${wanted}`, plainToken("doc"));
        const output = negotiate(plan.formats, null, "jpeg");
        const ours = await toRaster((await render({ original: file, watermarks: [] }, plan, output)).bytes);
        const size = { width: ours.width, height: ours.height, fit: "fill" } as const;
        const theirs = await toRaster(await sharp(file).resize(size).jpeg({ quality: 80 }).toBuffer());
        const reference = pixelsOf(referenceScale(full, ours.width, ours.height));
        const [our, their] = [ours, theirs].map((made) => score(reference, pixelsOf(made))) as [
          number,
          number,
        ];
        lines.push(
          `    ${name}, ${width} to ${wanted}: SSIMULACRA2 ${our.toFixed(1)}; sharp's ${their.toFixed(1)}`,
        );
        expect(our).toBeGreaterThan(their - spareScore);
      }
    }, 120_000);
  }
});

async function enlarged(name: string, times: number): Promise<Raster> {
  const file = await Bun.file(photos[name] as string).bytes();
  const { width, height } = await inspect(file);
  return scaledBySharp(file, Math.round(times * width), Math.round(times * height));
}

function gradient(width: number, height: number): Raster {
  return raster(width, height, (x, y) => [
    20 + (130 * x) / width,
    70 + (110 * y) / height,
    190 - (90 * (x + y)) / (width + height),
    255,
  ]);
}

/** What a camera makes of little light: each pixel is off by some 60 levels, the same at each run. */
function withGrain(picture: Raster): Raster {
  let state = 7;
  const grain = () => {
    // Of three numbers the sum is nearly normal; xorshift32.
    let sum = 0;
    for (let index = 0; index < 3; index++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      sum += ((state >>> 8) & 0xff) - 127.5;
    }
    return sum / 2;
  };
  return raster(picture.width, picture.height, (x, y) => {
    const off = grain();
    const level = (value: number) => Math.min(255, Math.max(0, Math.round(value + off)));
    const [r, g, b] = pixelAt(picture, x, y);
    return [level(r), level(g), level(b), 255];
  });
}

afterAll(() => console.log(lines.join("\n")));
