import { describe, expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import sharp from "sharp";
import type { Entry } from "../cache/store.ts";
import { inspect } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import { render } from "../render/render.ts";
import { psnr } from "./reference-scale.ts";
import {
  busy,
  type Color,
  distance,
  pixelAt,
  quadrants,
  type Raster,
  raster,
  toJpeg,
  toPng,
  toRaster,
} from "./test-pictures.ts";

async function renderUrl(query: string, file: Uint8Array): Promise<Entry> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const { format } = await inspect(file);
  return render({ original: file, watermarks: [] }, plan, negotiate(plan.formats, null, format));
}

const picture = async (query: string, file: Uint8Array): Promise<Raster> =>
  toRaster((await renderUrl(query, file)).bytes);

/** The process that a JPEG is coded by: the marker of its frame (ITU-T T.81, table B.1). */
function processOf(file: Uint8Array): "baseline" | "progressive" | "other" {
  let at = 2;
  while (file[at + 1] !== 0xda) {
    if (file[at + 1] === 0xc0) return "baseline";
    if (file[at + 1] === 0xc2) return "progressive";
    at += 2 + (((file[at + 2] as number) << 8) | (file[at + 3] as number));
  }
  return "other";
}

const scansOf = (file: Uint8Array) => Buffer.from(file).toString("latin1").split("\xff\xda").length - 1;

const rowsOf = ({ width, rgba }: Raster, from: number, to: number): Raster => ({
  width,
  height: to - from,
  rgba: rgba.subarray(from * width * 4, to * width * 4),
});

const progressive = async (picture: Raster) =>
  new Uint8Array(
    await sharp(await toPng(picture))
      .jpeg({ quality: 95, progressive: true, chromaSubsampling: "4:4:4" })
      .toBuffer(),
  );

describe("a progressive JPEG", () => {
  test("is read as a baseline one of the same pixels is, scaled and not, in one go and by pixels", async () => {
    const scene = busy(320, 240);
    const [slow, plain] = [
      await progressive(scene),
      await sharp(await toPng(scene))
        .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
        .toBuffer(),
    ];
    expect([processOf(slow), processOf(plain)]).toEqual(["progressive", "baseline"]);
    for (const query of ["", "w=160", "w=100&h=100", "tl_px=13,7&br_px=201,155", "w=160&radius=9", "w=640"]) {
      const [a, b] = [
        await picture(`${query}&force_format=png`, slow),
        await picture(`${query}&force_format=png`, plain),
      ];
      expect(a).toEqual(b);
    }
  });

  test("is read where it is so large that decoding shrinks it", async () => {
    const photo = await Bun.file(photos["mountains.jpg"] as string).bytes();
    const large = sharp(photo).resize(2000, 1500, { fit: "fill" });
    const pixels = await large.png({ compressionLevel: 1 }).toBuffer();
    const [slow, plain] = await Promise.all(
      [true, false].map((progressive) => sharp(pixels).jpeg({ quality: 95, progressive }).toBuffer()),
    );
    for (const width of [900, 300]) {
      const query = `w=${width}&force_format=png`;
      expect(
        psnr(await picture(query, slow as Uint8Array), await picture(query, plain as Uint8Array)),
      ).toBeGreaterThan(60);
    }
  });

  const ways: readonly (readonly [what: string, query: string, source: () => Promise<Uint8Array>])[] = [
    ["from a JPEG, in one go", "w=160", () => toJpeg(busy(320, 240))],
    ["from an opaque PNG, in one go", "w=160&force_format=jpeg", () => toPng(busy(320, 240))],
    ["through pixels", "w=160&blur=1", () => toJpeg(busy(320, 240))],
    ["through optipress", "w=160&optipress=2", () => toJpeg(busy(320, 240))],
    [
      "in place of a larger WebP",
      "force_format=webp",
      () =>
        toPng(
          raster(200, 200, (x, y) => {
            const [a, b] = [((2 * (x % 8) + 1) * 5 * Math.PI) / 16, ((2 * (y % 8) + 1) * 3 * Math.PI) / 16];
            const value = 128 + 60 * Math.cos(a) * Math.cos(b);
            return [value, value, value, 255];
          }),
        ),
    ],
  ];
  for (const [what, query, source] of ways) {
    test(`is what is written ${what}`, async () => {
      const { bytes, type } = await renderUrl(query, await source());
      expect([type, processOf(bytes)]).toEqual(["image/jpeg", "progressive"]);
      expect(scansOf(bytes)).toBeGreaterThan(3);
    });
  }
});

test("a JPEG in CMYK is delivered in RGB, whatever way it takes and whatever is made of it", async () => {
  // Colors that ink can show.
  const [left, right]: readonly [Color, Color] = [
    [190, 110, 80, 255],
    [90, 130, 150, 255],
  ];
  const scene = raster(64, 32, (x) => (x < 32 ? left : right));
  const file = await sharp(await toPng(scene))
    .toColourspace("cmyk")
    .jpeg({ quality: 98 })
    .toBuffer();
  expect((await sharp(file).metadata()).space).toBe("cmyk");
  for (const query of [
    "",
    "w=32",
    "w=32&radius=1",
    "force_format=png",
    "w=32&force_format=_webp",
    "h=16&force_format=_avif",
  ]) {
    const { bytes } = await renderUrl(query, file);
    expect((await sharp(bytes).metadata()).space).toBe("srgb");
    const shown = await toRaster(bytes);
    for (const [share, color] of [
      [0.25, left],
      [0.75, right],
    ] as const) {
      expect(
        distance(pixelAt(shown, Math.floor(shown.width * share), shown.height >> 1), color),
      ).toBeLessThanOrEqual(16);
    }
  }
});

/**
 * An upload that broke off is answered with what there is of it, as browsers show it: rows from the top, and gray below.
 */
describe("a JPEG that ends too early", () => {
  const gray: Color = [128, 128, 128, 255];
  const whole = quadrants(256, 256);

  for (const query of [
    "force_format=png",
    "w=128&force_format=png",
    "w=128&radius=1&force_format=png",
    "w=128",
  ]) {
    test(`shows its rows down to there, ?${query}`, async () => {
      const file = await toJpeg(busy(256, 256));
      const [full, part] = [
        await picture(query, file),
        await picture(query, file.subarray(0, Math.round(file.length * 0.6))),
      ];
      expect([part.width, part.height]).toEqual([full.width, full.height]);
      const [first, last] = [Math.floor(full.height * 0.4), Math.floor(full.height * 0.9)];
      expect(psnr(rowsOf(part, 0, first), rowsOf(full, 0, first))).toBeGreaterThan(50);
      for (let x = 0; x < part.width; x += 9) {
        expect(distance(pixelAt(part, x, last), gray)).toBeLessThanOrEqual(3);
      }
    });
  }

  test("shows all of it, less sharp, if it is progressive", async () => {
    const file = await progressive(busy(256, 256));
    const query = "force_format=png";
    const [full, half, most] = [
      await picture(query, file),
      await picture(query, file.subarray(0, Math.round(file.length * 0.5))),
      await picture(query, file.subarray(0, Math.round(file.length * 0.8))),
    ];
    const lastRows = (whole: Raster) => rowsOf(whole, 192, 256);
    expect(psnr(lastRows(half), lastRows(full))).toBeGreaterThan(20);
    expect(psnr(lastRows(most), lastRows(full))).toBeGreaterThan(psnr(lastRows(half), lastRows(full)));
  });

  test("is image_broken if it ends before its picture begins", async () => {
    const file = await toJpeg(whole);
    const scan = Buffer.from(file).indexOf(Buffer.from([0xff, 0xda]));
    for (const length of [40, scan]) {
      await expect(renderUrl("w=50", file.subarray(0, length))).rejects.toMatchObject({
        code: "image_broken",
      });
    }
  });
});
