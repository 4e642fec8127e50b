/**
 * `bun bench/avif.ts [--width 600] [--score 72] [photo.jpg …]`: what rav1e (the napi addon) and libaom (sharp) need for an
 * AVIF of the same SSIMULACRA2 score: each writes at several qualities, bytes and processor time are interpolated to that
 * score. Ratios to libaom at sharp's default effort of 4, medians over the photographs.
 */
import { parseArgs } from "node:util";
import { ChromaSubsampling, Transformer } from "@napi-rs/image";
import sharp from "sharp";
import { prepare, scoreAgainst } from "../packages/server/src/engine/perceptual/ssimulacra2.ts";
import type { Pixels } from "../packages/server/src/engine/pixels.ts";
import { pixelsOf, toRaster } from "../packages/server/src/engine/test-pictures.ts";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { markdownTable, median } from "./report.ts";

const { values, positionals } = parseArgs({
  options: { width: { type: "string", default: "600" }, score: { type: "string", default: "72" } },
  allowPositionals: true,
});
const [width, target] = [Number(values.width), Number(values.score)];
const files =
  positionals.length > 0
    ? positionals
    : [...new Set(Object.values(photos))].filter((path) => path.endsWith(".jpg"));

type Encode = (pixels: Pixels, quality: number) => Promise<Uint8Array>;

const napi =
  (speed: number): Encode =>
  ({ data, width, height }, quality) =>
    Transformer.fromRgbaPixels(data, width, height).avif({
      quality,
      speed,
      chromaSubsampling: ChromaSubsampling.Yuv420,
    });
const aom =
  (effort: number): Encode =>
  ({ data, width, height }, quality) =>
    sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .avif({ quality, effort, chromaSubsampling: "4:2:0" })
      .toBuffer();

sharp.concurrency(1);
const writers: Readonly<Record<string, { encode: Encode; qualities: readonly number[] }>> = {
  "libaom, effort 4": { encode: aom(4), qualities: [45, 55, 65, 75] },
  "libaom, effort 2": { encode: aom(2), qualities: [45, 55, 65, 75] },
  "libaom, effort 0": { encode: aom(0), qualities: [45, 55, 65, 75] },
  ...Object.fromEntries(
    [4, 6, 8, 10].map((speed) => [
      `rav1e, speed ${speed}`,
      { encode: napi(speed), qualities: [48, 58, 68, 78] },
    ]),
  ),
};

interface Point {
  readonly score: number;
  readonly bytes: number;
  readonly cpuMs: number;
}

async function pointOf(
  pixels: Pixels,
  encode: Encode,
  quality: number,
  reference: ReturnType<typeof prepare>,
): Promise<Point> {
  const start = process.cpuUsage();
  const file = await encode(pixels, quality);
  const { user, system } = process.cpuUsage(start);
  return {
    score: scoreAgainst(reference, pixelsOf(await toRaster(file))),
    bytes: file.byteLength,
    cpuMs: (user + system) / 1000,
  };
}

/** Between the two points around a score, or beyond the last ones; bytes grow by powers. */
function at(points: readonly Point[], score: number): Point {
  const sorted = [...points].sort((a, b) => a.score - b.score);
  const above = Math.min(
    Math.max(
      sorted.findIndex((point) => point.score >= score),
      1,
    ),
    sorted.length - 1,
  );
  const [low, high] = [
    sorted[above === -1 ? sorted.length - 2 : above - 1],
    sorted[above === -1 ? sorted.length - 1 : above],
  ] as [Point, Point];
  const share = (score - low.score) / (high.score - low.score);
  const bytes = Math.exp(Math.log(low.bytes) + share * (Math.log(high.bytes) - Math.log(low.bytes)));
  return { score, bytes, cpuMs: low.cpuMs + share * (high.cpuMs - low.cpuMs) };
}

const ratios = new Map<string, { bytes: number[]; cpuMs: number[] }>();
for (const path of files) {
  const { data, info } = await sharp(path)
    .resize(width)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = {
    ...pixelsOf({ width: info.width, height: info.height, rgba: data }),
    data,
    channels: 4 as const,
  };
  const reference = prepare(pixels);
  let base: Point | null = null;
  for (const [name, { encode, qualities }] of Object.entries(writers)) {
    const points: Point[] = [];
    for (const quality of qualities) points.push(await pointOf(pixels, encode, quality, reference));
    const found = at(points, target);
    base ??= found;
    const own = ratios.get(name) ?? { bytes: [], cpuMs: [] };
    own.bytes.push(found.bytes / base.bytes);
    own.cpuMs.push(found.cpuMs / base.cpuMs);
    ratios.set(name, own);
  }
}
console.log(
  `\nAVIF of ${width} px at a score of ${target}, ${files.length} photographs; ratios to libaom at effort 4, median (worst)\n`,
);
const cell = (numbers: readonly number[]) =>
  `${median(numbers).toFixed(2)} (${Math.max(...numbers).toFixed(2)})`;
console.log(
  markdownTable(
    ["", "bytes", "processor time"],
    [...ratios].map(([name, { bytes, cpuMs }]) => [name, cell(bytes), cell(cpuMs)]),
  ),
);
