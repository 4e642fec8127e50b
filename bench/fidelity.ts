/**
 * `bun bench/fidelity.ts [photo.jpg…]`: how true JPEGs that were made smaller are, ours beside sharp's as it is by default,
 * both of quality 80: SSIMULACRA2 of the finished file beside a float Lanczos3 of the fully decoded photograph, for
 * several sizes of each of twenty photographs, or of those that are named. Beside it the bytes, and how near the pixels
 * come before they are encoded, in dB.
 */
import sharp from "sharp";
import { negotiate, parseRequest, plainToken } from "../packages/core/src/index.ts";
import { prepare, scoreAgainst } from "../packages/server/src/engine/perceptual/ssimulacra2.ts";
import { decoderFor } from "../packages/server/src/engine/planner.ts";
import { psnr, referenceScale } from "../packages/server/src/engine/reference-scale.ts";
import { pixelsOf, rasterOf, toRaster } from "../packages/server/src/engine/test-pictures.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { render } from "../packages/server/src/render/render.ts";
import { photographs } from "./photographs.ts";
import { markdownTable, median } from "./report.ts";

const widths = [1200, 800, 400, 200];
const files = await photographs(process.argv.slice(2));

interface Cell {
  readonly score: number;
  readonly bytes: number;
  readonly dB: number;
}

interface Pair {
  readonly width: number;
  readonly ours: Cell;
  readonly theirs: Cell;
}

const pairs: Pair[] = [];
for (const path of files) {
  const file = await Bun.file(path).bytes();
  const [info, full] = [await inspect(file), await toRaster(file)];
  for (const width of widths.filter((wanted) => wanted < info.width)) {
    const { plan } = parseRequest(`/h.io/a.jpg?w=${width}&force_format=jpeg`, plainToken("doc"));
    const format = negotiate(plan.formats, null, info.format);
    const made = (await render({ original: file, watermarks: [] }, plan, format)).bytes;
    const our = await toRaster(made);
    const size = { width: our.width, height: our.height };
    const raster = referenceScale(full, size.width, size.height);
    const reference = prepare(pixelsOf(raster));
    const wanted = { region: null, size, moving: false, keepProfile: false };
    const decoded = rasterOf(await decoderFor(info).decode(file, info, wanted));
    const scaled = sharp(file).resize({ ...size, fit: "fill" });
    const [jpeg, png] = await Promise.all([
      scaled.clone().jpeg({ quality: 80 }).toBuffer(),
      scaled.png().toBuffer(),
    ]);
    const score = async (bytes: Uint8Array) => scoreAgainst(reference, pixelsOf(await toRaster(bytes)));
    pairs.push({
      width,
      ours: { score: await score(made), bytes: made.byteLength, dB: psnr(decoded, raster) },
      theirs: {
        score: await score(jpeg),
        bytes: jpeg.byteLength,
        dB: psnr(await toRaster(png), raster),
      },
    });
  }
}

const rows = widths.map((width) => {
  const own = pairs.filter((pair) => pair.width === width);
  const of = (value: (pair: Pair) => number) => own.map(value);
  const both = (value: (cell: Cell) => number) =>
    [own.map(({ ours }) => value(ours)), own.map(({ theirs }) => value(theirs))]
      .map((all) => `${median(all).toFixed(1)} (${Math.min(...all).toFixed(1)})`)
      .join(" / ");
  const ahead = of(({ ours, theirs }) => ours.score - theirs.score);
  return [
    `${width} px`,
    String(own.length),
    both(({ score }) => score),
    `${median(ahead).toFixed(2)} (${Math.min(...ahead).toFixed(2)})`,
    median(of(({ ours, theirs }) => ours.bytes / theirs.bytes)).toFixed(3),
    both(({ dB }) => dB),
  ];
});
console.log(`\n${files.length} photographs as JPEG, ours / sharp's, medians and (the worst)\n`);
const head = ["made", "photographs", "SSIMULACRA2", "points ahead", "bytes by its", "dB before encoding"];
console.log(markdownTable(head, rows));
