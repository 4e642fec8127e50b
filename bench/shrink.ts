/**
 * `bun bench/shrink.ts [photo…]`: what shrinking a JPEG while it is decoded costs in fidelity. For each photograph and several
 * scales, the SSIMULACRA2 score of the finished JPEG (quality 80, beside a float Lanczos3 of the full decode) for how far
 * libjpeg may shrink; differences from a full decode, by how much is left to be scaled after it. The rules in
 * `engine/shrink.ts` are read off these.
 */
import sharp from "sharp";
import { prepare, scoreAgainst } from "../packages/server/src/engine/perceptual/ssimulacra2.ts";
import { referenceScale } from "../packages/server/src/engine/reference-scale.ts";
import { pixelsOf, toRaster } from "../packages/server/src/engine/test-pictures.ts";
import { photographs } from "./photographs.ts";
import { markdownTable, median } from "./report.ts";

/** Times that the original is larger than the result. */
const scales = [2.3, 3.3, 3.7, 4.4, 5.3, 6, 6.6, 7.4, 8.6, 10.5, 13, 15, 18, 26];
/** The score is defined from 113 pixels on. */
const leastSide = 113;

const files = await photographs(process.argv.slice(2));

interface Loss {
  readonly scale: number;
  readonly way: string;
  readonly points: number;
}

const losses: Loss[] = [];
let measured = 0;
for (const path of files) {
  const file = await Bun.file(path).bytes();
  // Bun.Image turns pictures upright, and the reference is not.
  if (((await sharp(file).metadata()).orientation ?? 1) !== 1) continue;
  const full = await toRaster(file);
  measured++;
  for (const scale of scales) {
    const [width, height] = [Math.round(full.width / scale), Math.round(full.height / scale)];
    if (Math.min(width, height) < leastSide) continue;
    const reference = prepare(pixelsOf(referenceScale(full, width, height)));
    const size = { width, height, fit: "fill" } as const;
    const all = { left: 0, top: 0, width: full.width, height: full.height };
    const open = () => sharp(file, { failOn: "none" });
    const ways = {
      full: open().extract(all).resize(size).jpeg({ quality: 80 }).toBuffer(),
      "libvips, half": open()
        .resize({ ...size, fastShrinkOnLoad: false })
        .jpeg({ quality: 80 })
        .toBuffer(),
      "libvips, all": open().resize(size).jpeg({ quality: 80 }).toBuffer(),
      bun: new Bun.Image(file).resize(width, height).jpeg({ quality: 80 }).bytes(),
    };
    const scores = new Map<string, number>();
    for (const [way, made] of Object.entries(ways)) {
      scores.set(way, scoreAgainst(reference, pixelsOf(await toRaster(await made))));
    }
    for (const [way, points] of scores)
      losses.push({ scale, way, points: (scores.get("full") ?? 0) - points });
  }
}

const ways = ["libvips, half", "libvips, all", "bun"];
const rows = scales.map((scale) => {
  const cells = ways.map((way) => {
    const points = losses
      .filter((loss) => loss.scale === scale && loss.way === way)
      .map((loss) => loss.points);
    return points.length === 0 ? "" : `${median(points).toFixed(1)} (${Math.max(...points).toFixed(1)})`;
  });
  const count = losses.filter((loss) => loss.scale === scale && loss.way === "bun").length;
  return [scale.toFixed(1), String(count), ...cells];
});
console.log(
  `\nPoints of SSIMULACRA2 lost beside a full decode, median and (worst) of ${measured} photographs, JPEG of quality 80\n`,
);
console.log(markdownTable(["times smaller", "photographs", ...ways], rows));
