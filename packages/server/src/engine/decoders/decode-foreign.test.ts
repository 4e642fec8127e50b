import { describe, expect, test } from "bun:test";
import { FreshetError } from "@freshet/core";
import fc from "fast-check";
import { inspect } from "../../origin/inspect.ts";
import { busy, toBmp, toPng } from "../test-pictures.ts";
import { decodeForeign, foreignFormats } from "./decode-foreign.ts";
import { makeBmp, makeIco, makeIconDib, palette } from "./test-bitmaps.ts";
import { heicProperties, makeHeic } from "./test-heic.ts";
import { jxlFiles } from "./test-jxl.ts";

describe("decodeForeign", () => {
  const rows = [2, 0x23, 0, 0, 2, 0x01, 0, 0, 0, 1];
  const sources: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
    heic: () => makeHeic(),
    "heic of tiles": () =>
      makeHeic({ grid: true, alpha: "premultiplied", properties: [heicProperties.nclx(12, 13)] }),
    jxl: () => jxlFiles.alpha,
    "jxl in a box": () => jxlFiles.turned,
    bmp: () => toBmp(busy(20, 10)),
    "bmp in runs": () => makeBmp({ bits: 4, compression: 2, palette, rows }),
    "bmp of OS/2": () => makeBmp({ bits: 8, header: 12, palette, rows: [2, 3, 0, 0, 0, 1, 0, 0] }),
    ico: () =>
      makeIco(1, makeIconDib({ bits: 24, rows: new Array(16).fill(99) }, [128, 0, 0, 0, 64, 0, 0, 0])),
    "ico of PNG": async () => makeIco(1, await toPng(busy(20, 10))),
  };
  for (const [what, make] of Object.entries(sources)) {
    test(`makes of damaged ${what} a whole picture or an error that can be told`, async () => {
      const source = new Uint8Array(await make());
      const damage = fc.record({
        keep: fc.integer({ min: 1, max: 2 * source.length }),
        changes: fc.array(fc.tuple(fc.nat(source.length - 1), fc.nat(255)), { maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(damage, async ({ keep, changes }) => {
          const file = source.slice(0, keep);
          for (const [at, value] of changes) file[at % file.length] = value;
          const pixels = await decodeAny(file);
          if (pixels instanceof FreshetError) {
            expect(["not_an_image", "image_broken", "original_too_large"]).toContain(pixels.code);
          } else if (pixels) {
            expect(pixels.data.length).toBe(pixels.width * pixels.height * pixels.channels);
          }
        }),
        { numRuns: 60 },
      );
    }, 30_000);
  }

  /** @returns `null` for what damage made another decoder's */
  async function decodeAny(file: Uint8Array) {
    try {
      const info = await inspect(file);
      return foreignFormats.has(info.format) ? await decodeForeign(file, info) : null;
    } catch (error) {
      if (error instanceof FreshetError) return error;
      throw error;
    }
  }

  test("refuses what others read", async () => {
    const file = await toPng(busy(8, 8));
    const decoded = decodeForeign(file, await inspect(file));
    await expect(decoded).rejects.toMatchObject({ code: "not_an_image" });
  });
});
