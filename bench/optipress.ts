/**
 * `bun bench/optipress.ts [photo …]`: what `optipress` makes of the sample photographs, or of those that are named: for
 * each format and level the quality, the bytes beside those of the default quality, the score of the whole result
 * (which the search has seen only tiles of, where the picture is large), encodes and time.
 */
import { basename } from "node:path";
import { parseArgs } from "node:util";
import type { RasterFormat } from "../packages/server/src/engine/engine.ts";
import { findQuality } from "../packages/server/src/engine/perceptual/find-quality.ts";
import { targets } from "../packages/server/src/engine/perceptual/levels.ts";
import {
  type Prepared,
  prepare,
  scoreAgainst,
} from "../packages/server/src/engine/perceptual/ssimulacra2.ts";
import type { Pixels } from "../packages/server/src/engine/pixels.ts";
import { encoderFor } from "../packages/server/src/engine/planner.ts";
import { collectPixels, openFile } from "../packages/server/src/engine/vips.ts";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { markdownTable, median } from "./report.ts";

interface Row {
  readonly group: string;
  readonly cells: readonly string[];
  /** Bytes beside the default's. */
  readonly ratio: number;
  /** Points of the whole result over the target; below zero is a miss. */
  readonly excess: number;
  readonly tries: number;
  readonly ms: number;
}

const formats = ["jpeg", "webp", "avif"] as const;
const levels = [1, 2, 3] as const;
const still = { frames: 1, delays: [], loop: 0, icc: null };

async function read(file: Uint8Array): Promise<Pixels> {
  const work = openFile(file).rotate().toColourspace("srgb").removeAlpha();
  return collectPixels(work, { ...still, data: file, width: 1, height: 1, channels: 3 });
}

function encode(pixels: Pixels, format: RasterFormat, quality: number | null, small: boolean) {
  return encoderFor(pixels, format).encode(pixels, { format, quality, small });
}

async function measure(
  name: string,
  pixels: Pixels,
  whole: Prepared,
  format: (typeof formats)[number],
  level: (typeof levels)[number],
): Promise<Row> {
  const usual = await encode(pixels, format, null, false);
  const startMs = performance.now();
  const { bytes, search } = await findQuality(pixels, format, level, (part, quality) =>
    // libaom's next speed takes seven times as long, for two hundredths of the bytes.
    encode(part, format, quality, format !== "avif"),
  );
  const ms = performance.now() - startMs;
  if (search === null) throw new Error("these formats have a quality");
  const score = scoreAgainst(whole, await read(bytes));
  const usualScore = scoreAgainst(whole, await read(usual));
  const ratio = bytes.byteLength / usual.byteLength;
  return {
    group: `${format} ${level}`,
    cells: [
      name,
      `${pixels.width}×${pixels.height}`,
      format,
      String(level),
      String(search.quality),
      kilobytes(bytes),
      kilobytes(usual),
      `${Math.round(ratio * 100)} %`,
      score.toFixed(1),
      usualScore.toFixed(1),
      String(search.tries),
      ms.toFixed(0),
    ],
    ratio,
    excess: score - targets[level],
    tries: search.tries,
    ms,
  };
}

function kilobytes(bytes: Uint8Array): string {
  return (bytes.byteLength / 1000).toFixed(0);
}

const { positionals } = parseArgs({ allowPositionals: true });
const files =
  positionals.length > 0
    ? positionals.map((path) => [basename(path), path] as const)
    : Object.entries(photos);
const rows: Row[] = [];
for (const [name, path] of new Map(files.map(([name, path]) => [path, name]))) {
  const pixels = await read(await Bun.file(name).bytes());
  const whole = prepare(pixels);
  for (const format of formats) {
    for (const level of levels) rows.push(await measure(path, pixels, whole, format, level));
  }
}

console.log(
  markdownTable(
    [
      "photograph",
      "pixels",
      "format",
      "level",
      "q",
      "kB",
      "kB, default q",
      "ratio",
      "score",
      "default's",
      "tries",
      "ms",
    ],
    rows.map(({ cells }) => cells),
  ),
);
console.log("\nMedians, and how far the whole result is from the score that was asked for:\n");
console.log(
  markdownTable(
    ["format, level", "bytes beside default q", "points over target: median", "least", "most", "tries", "ms"],
    Object.entries(Object.groupBy(rows, ({ group }) => group)).map(([group, all = []]) => [
      group,
      `${Math.round(median(all.map(({ ratio }) => ratio)) * 100)} %`,
      median(all.map(({ excess }) => excess)).toFixed(1),
      Math.min(...all.map(({ excess }) => excess)).toFixed(1),
      Math.max(...all.map(({ excess }) => excess)).toFixed(1),
      median(all.map(({ tries }) => tries)).toFixed(0),
      median(all.map(({ ms }) => ms)).toFixed(0),
    ]),
  ),
);
process.exit();
