import { afterAll, describe, expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import { ChromaSubsampling, Orientation, ResizeFilterType, ResizeFit, Transformer } from "@napi-rs/image";
import { photos } from "../origin/sources/photos.ts";
import { render } from "../render/render.ts";
import { psnr } from "./reference-scale.ts";
import { referenceRotate } from "./steps/reference-rotate.ts";
import { pixelsOf, raster, rasterOf, toPng, toRaster } from "./test-pictures.ts";

/**
 * Our results, from the URL to the pixels, beside those of a library that takes no part in making them: the image crate,
 * by way of @napi-rs/image (which only writes AVIF and reads BMP here), and where it has none, beside the textbook. A
 * photograph of 1024 by 819, losslessly in and out. Each cell is listed at the end with its PSNR.
 */

const photo = await toPng(await toRaster(await Bun.file(photos["boat.jpg"] as string).bytes()));
const mark = await toPng(raster(60, 40, (x, y) => [255, x * 4, y * 6, x < 30 ? 128 : 255]));

async function ours(query: string): Promise<Uint8Array> {
  const { plan } = parseRequest(`/h.io/x?force_format=png&${query}`, plainToken("doc"));
  const inputs = { original: photo, watermarks: plan.watermarks.length > 0 ? [mark] : [] };
  return (await render(inputs, plan, negotiate(plan.formats, null, "png"))).bytes;
}

const resized = (width: number, height: number) =>
  new Transformer(photo).resize({
    width,
    height,
    filter: ResizeFilterType.Lanczos3,
    fit: ResizeFit.Fill,
  });

/** Pixels of a finished step, to begin another: the addon has an order of its own for what is chained. */
async function then(step: Transformer): Promise<Transformer> {
  return new Transformer(await step.png());
}

const cells: readonly (readonly [query: string, floorDb: number, theirs: () => Promise<Transformer>])[] = [
  ["w=512", 45, async () => resized(512, 410)],
  ["w=300", 45, async () => resized(300, 240)],
  ["w=100", 42, async () => resized(100, 80)],
  ["w=400&h=200", 45, async () => (await then(resized(400, 320))).crop(0, 60, 400, 200)],
  ["w=400&h=200&gravity=south", 45, async () => (await then(resized(400, 320))).crop(0, 120, 400, 200)],
  ["tl_px=100,50&br_px=500,350", 99, async () => new Transformer(photo).crop(100, 50, 400, 300)],
  ["w=300&h=300&func=cover", 45, async () => resized(300, 300)],
  ["r=90", 99, async () => new Transformer(photo).rotate(Orientation.Rotate270Cw)],
  ["r=180", 99, async () => new Transformer(photo).rotate(Orientation.Rotate180)],
  ["flip=h", 99, async () => new Transformer(photo).rotate(Orientation.MirrorHorizontal)],
  ["grey=1", 48, async () => new Transformer(photo).grayscale()],
  ["invert=1", 99, async () => new Transformer(photo).invert()],
  ["bright=30", 99, async () => new Transformer(photo).brighten(30)],
  ["blur=2", 42, async () => new Transformer(photo).blur(2)],
  ["blur=8", 42, async () => new Transformer(photo).blur(8)],
  [
    "wat=1&wat_url=h.io/m.png&wat_gravity=northwest&wat_pad=20,30",
    48,
    async () => new Transformer(photo).overlay(mark, 20, 30),
  ],
];

describe("beside the image crate", () => {
  const lines: string[] = [];
  const list = (query: string, score: number) => {
    lines.push(`${query.padEnd(64)} ${Number.isFinite(score) ? `${score.toFixed(1)} dB` : "identical"}`);
    return score;
  };
  for (const [query, floorDb, theirs] of cells) {
    test(`${query} is the same within ${floorDb} dB`, async () => {
      const [mine, other] = [await toRaster(await ours(query)), await toRaster(await (await theirs()).png())];
      expect([mine.width, mine.height]).toEqual([other.width, other.height]);
      expect(list(query, psnr(mine, other))).toBeGreaterThanOrEqual(floorDb);
    });
  }

  test("r=30, of a part of it, is the textbook's bicubic within 45 dB", async () => {
    const query = "tl_px=100,50&br_px=340,230&r=30&bg_color=3060c0";
    const part = await toRaster(await (await new Transformer(photo).crop(100, 50, 240, 180)).png());
    const turned = rasterOf(referenceRotate(pixelsOf(part), 30, [48, 96, 192, 255]));
    expect(list(query, psnr(await toRaster(await ours(query)), turned))).toBeGreaterThanOrEqual(45);
  });

  test("AVIF shows the same picture, whoever encodes it", async () => {
    const { plan } = parseRequest("/h.io/x?w=300&force_format=_avif&q=90", plainToken("doc"));
    const { bytes } = await render(
      { original: photo, watermarks: [] },
      plan,
      negotiate(plan.formats, null, "png"),
    );
    const theirs = await resized(300, 240).avif({ quality: 90, chromaSubsampling: ChromaSubsampling.Yuv420 });
    const score = psnr(await toRaster(bytes), await toRaster(theirs));
    expect(list("w=300&force_format=_avif&q=90", score)).toBeGreaterThan(40);
  });

  afterAll(() => console.log(lines.join("\n")));
});
