import { describe, expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken } from "@freshet/core";
import type { Pixels } from "../engine/pixels.ts";
import {
  busy,
  pixelsOf,
  raster,
  toAvif,
  toGif,
  toJpeg,
  toPng,
  toPngWithAlpha,
  toRaster,
  toTiff,
  toWebp,
} from "../engine/test-pictures.ts";
import { openPixels } from "../engine/vips.ts";
import { inspect } from "../origin/inspect.ts";
import { render } from "./render.ts";
import type { Sharing } from "./shared-pixels.ts";

async function make(file: Uint8Array, query: string, sharing: Sharing | null): Promise<Uint8Array> {
  const { plan } = parseRequest(`/h.io/x?${query}`, plainToken("doc"));
  const output = negotiate(plan.formats, null, (await inspect(file)).format);
  return (await render({ original: file, watermarks: [] }, plan, output, sharing)).bytes;
}

const picture = busy(500, 400);
const clear = raster(300, 200, (x, y) => [x % 256, y, 200, (x + y) % 256]);
const opaque = raster(300, 200, (x, y) => [x % 256, y, (x * y) % 256, 255]);
const large = () => toJpeg(busy(1700, 1300));
const gray = () =>
  openPixels(pixelsOf(busy(90, 60)))
    .toColourspace("b-w")
    .png()
    .toBuffer();

const files: readonly (readonly [what: string, file: () => Promise<Uint8Array>])[] = [
  ["JPEG", () => toJpeg(picture)],
  ["JPEG on its side", () => toJpeg(picture, 6)],
  ["large JPEG", large],
  ["PNG with alpha", () => toPng(clear)],
  ["PNG with an alpha that is opaque", () => toPngWithAlpha(opaque)],
  ["WebP with alpha", () => toWebp(clear)],
  ["AVIF", () => toAvif(picture)],
  ["TIFF", () => toTiff(picture)],
];
const queries = [
  "w=330",
  "w=200&h=200",
  "w=240&force_format=_webp",
  "w=240&force_format=_avif",
  "w=150&force_format=png",
  "tl_px=20,10&br_px=250,190&w=120",
  "w=100&radius=9&force_format=png",
  "",
];

describe("a picture made of pixels that another one left has the bytes that it has anyway", () => {
  for (const [what, file] of files) {
    test(what, async () => {
      const original = await file();
      const sharing: Sharing = { made: new Map<string, Pixels>(), others: 1 };
      for (const query of queries) {
        const [alone, shared] = [await make(original, query, null), await make(original, query, sharing)];
        expect({ query, same: Buffer.from(shared).equals(alone) }).toEqual({ query, same: true });
      }
      expect(sharing.made.size).toBe(1);
    }, 60_000);
  }
});

describe("pixels are shared", () => {
  test("by those that are made at the same time, and by those that follow", async () => {
    const original = await toPng(clear);
    const made = new Map<string, Pixels>();
    await make(original, "w=100", { made, others: 0 });
    expect(made.size).toBe(0);
    await make(original, "w=100", { made, others: 1 });
    const [whole] = made.values();
    expect(whole).toMatchObject({ width: 300, height: 200, channels: 4 });
    // Were they not used, the damage would not show.
    whole?.data.fill(0);
    const after = await make(original, "w=50&force_format=png", { made, others: 0 });
    expect((await toRaster(after)).rgba.every((byte) => byte === 0)).toBe(true);
  });

  const alone: readonly (readonly [why: string, file: () => Promise<Uint8Array>, query: string])[] = [
    ["of a JPEG that is shrunk while it is decoded", large, "w=150"],
    ["of an animation", () => toGif(busy(40, 30), busy(40, 30)), "w=20"],
    ["of what is gray", gray, "w=50"],
    ["where trimming has decoded the whole", () => toPng(clear), "w=50&trim=10"],
    ["of what Bun.Image makes", () => toPng(picture), "w=50&force_format=jpeg"],
  ];
  for (const [why, file, query] of alone) {
    test(`but not those ${why}`, async () => {
      const made = new Map<string, Pixels>();
      await make(await file(), query, { made, others: 3 });
      expect(made.size).toBe(0);
    });
  }
});
