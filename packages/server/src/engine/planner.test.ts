import { describe, expect, test } from "bun:test";
import type { Layout, OutputFormat, SourceFormat } from "@freshet/core";
import { inspect } from "../origin/inspect.ts";
import { photos } from "../origin/sources/photos.ts";
import type { RenderJob } from "./engine.ts";
import { needsComposing, planRoute } from "./planner.ts";
import { psnr, referenceScale } from "./reference-scale.ts";
import { scaledBySharp, toRaster } from "./test-pictures.ts";

interface Wish {
  readonly from: SourceFormat;
  readonly to?: OutputFormat;
  readonly hasAlpha?: boolean;
  /** Share of 1600x1200. */
  readonly scale?: number;
  readonly layout?: Partial<Layout>;
  readonly background?: string;
}

function jobOf({
  from,
  to = "jpeg",
  hasAlpha = false,
  scale = 0.25,
  layout = {},
  background,
}: Wish): RenderJob {
  const scaled = { width: 1600 * scale, height: 1200 * scale };
  return {
    source: new Uint8Array(0),
    info: { width: 1600, height: 1200, format: from, hasAlpha },
    layout: { region: null, scaled, crop: null, canvas: null, ...layout },
    output: { format: to, quality: 80 },
    background: background ?? null,
  };
}

const region = { left: 0, top: 0, width: 100, height: 100 };
const canvas = { size: { width: 500, height: 500 }, left: 0, top: 0 };

describe("planRoute", () => {
  const table: readonly [wish: Wish, decoders: readonly string[], encoder: string][] = [
    [{ from: "jpeg" }, ["bun", "napi"], "bun"],
    [{ from: "jpeg", to: "webp" }, ["bun", "napi"], "bun"],
    [{ from: "jpeg", to: "png" }, ["bun", "napi"], "napi"],
    [{ from: "jpeg", to: "avif" }, ["bun", "napi"], "napi"],
    // Where Bun would shrink a JPEG to just above the target.
    [{ from: "jpeg", scale: 0.5 }, ["napi", "bun"], "bun"],
    [{ from: "jpeg", scale: 0.875 }, ["napi", "bun"], "bun"],
    [{ from: "jpeg", scale: 0.9 }, ["bun", "napi"], "bun"],
    [{ from: "jpeg", scale: 1 }, ["bun", "napi"], "bun"],
    [{ from: "jpeg", scale: 2 }, ["bun", "napi"], "bun"],
    // A crop of one side: the side that is reduced less decides.
    [{ from: "jpeg", layout: { scaled: { width: 400, height: 1100 } } }, ["bun", "napi"], "bun"],
    [{ from: "jpeg", layout: { scaled: { width: 400, height: 700 } } }, ["napi", "bun"], "bun"],
    [{ from: "png" }, ["bun", "napi"], "bun"],
    [{ from: "png", scale: 0.5 }, ["bun", "napi"], "bun"],
    [{ from: "webp", to: "webp" }, ["bun", "napi"], "bun"],
    [{ from: "bmp" }, ["bun", "napi"], "bun"],
    // What may be transparent is scaled by the engine that weighs colors by alpha.
    [{ from: "png", hasAlpha: true, to: "webp" }, ["napi", "bun"], "bun"],
    [{ from: "webp", hasAlpha: true, to: "png" }, ["napi", "bun"], "napi"],
    [{ from: "gif", hasAlpha: true, to: "png" }, ["bun"], "napi"],
    [{ from: "avif", hasAlpha: true, to: "avif" }, ["napi"], "napi"],
    [{ from: "tiff", hasAlpha: true, to: "png" }, ["napi"], "napi"],
    // Only the napi engine cuts by itself.
    [{ from: "png", layout: { region } }, ["napi", "bun"], "bun"],
    [{ from: "jpeg", layout: { region } }, ["napi", "bun"], "bun"],
    [{ from: "gif", hasAlpha: true, layout: { region } }, ["bun"], "bun"],
  ];
  for (const [wish, decoders, encoder] of table) {
    test(`of ${JSON.stringify(wish)} decodes by ${decoders.join(", then ") || "nobody"} and encodes by ${encoder}`, () => {
      const route = planRoute(jobOf(wish));
      expect(route.decoders.map(({ name }) => name)).toEqual([...decoders]);
      expect(route.encoder.name).toBe(encoder);
      expect(route.encoder.writes.has(wish.to ?? "jpeg")).toBe(true);
      for (const decoder of route.decoders) expect(decoder.reads.has(wish.from)).toBe(true);
    });
  }
});

describe("needsComposing", () => {
  const table: readonly [wish: Wish, needs: boolean][] = [
    [{ from: "jpeg" }, false],
    [{ from: "jpeg", background: "ffffff" }, false],
    [{ from: "png", hasAlpha: true }, false],
    [{ from: "png", hasAlpha: true, background: "ffffff" }, true],
    [{ from: "jpeg", layout: { crop: region } }, true],
    [{ from: "jpeg", layout: { canvas } }, true],
    [{ from: "jpeg", layout: { region } }, false],
  ];
  for (const [wish, needs] of table) {
    test(`is ${needs} for ${JSON.stringify(wish)}`, () => {
      expect(needsComposing(jobOf(wish))).toBe(needs);
    });
  }
});

describe("the decoders that are chosen for photographs", () => {
  const shares = [0.4, 0.25, 0.1, 0.05];
  const names = ["flat.jpg", "birds.jpg", "boat.jpg", "flower.jpg", "canyon.jpg", "mountains.jpg"];

  test("are on average at least as true to a full decode as sharp, and nowhere below 33 dB", async () => {
    const totals = { ours: 0, sharp: 0 };
    for (const name of names) {
      const source = await Bun.file(photos[name] as string).bytes();
      const [info, full] = [await inspect(source), await toRaster(source)];
      for (const share of shares) {
        const scaled = { width: Math.round(info.width * share), height: Math.round(info.height * share) };
        const layout = { region: null, scaled, crop: null, canvas: null };
        const [decoder] = planRoute({ ...jobOf({ from: "jpeg" }), source, info, layout }).decoders;
        const reference = referenceScale(full, scaled.width, scaled.height);
        const pixels = await decoder?.decode(source, info, null, scaled);
        const ours = psnr(await toRaster(pixels as Uint8Array), reference);
        expect(ours).toBeGreaterThan(33);
        totals.ours += ours;
        totals.sharp += psnr(await scaledBySharp(source, scaled.width, scaled.height), reference);
      }
    }
    expect(totals.ours).toBeGreaterThan(totals.sharp);
  }, 60_000);
});
