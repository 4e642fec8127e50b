/**
 * `bun bench/fidelity.ts [photo.jpg…]`: how near each engine comes to a float Lanczos3 of the fully decoded JPEG, in dB,
 * for several sizes; ours beside sharp as it is by default. Without arguments: a picture of 6 MP and the sample photos.
 */
import sharp from "sharp";
import { decoderFor } from "../packages/server/src/engine/planner.ts";
import { psnr, referenceScale } from "../packages/server/src/engine/reference-scale.ts";
import { rasterOf, toRaster } from "../packages/server/src/engine/test-pictures.ts";
import { inspect } from "../packages/server/src/origin/inspect.ts";
import { photos } from "../packages/server/src/origin/sources/photos.ts";
import { sixMegapixels } from "./photo.ts";
import { markdownTable } from "./report.ts";

const widths = [1200, 800, 600, 400, 250, 120];
const named = process.argv.slice(2);
const files: [string, Uint8Array][] =
  named.length > 0
    ? await Promise.all(
        named.map(async (path): Promise<[string, Uint8Array]> => [path, await Bun.file(path).bytes()]),
      )
    : [
        ["6 MP", await sixMegapixels(undefined)],
        ["flower.jpg", await Bun.file(photos["flower.jpg"] as string).bytes()],
        ["mountains.jpg", await Bun.file(photos["mountains.jpg"] as string).bytes()],
      ];

const rows: string[][] = [];
for (const [name, file] of files) {
  const [info, full] = [await inspect(file), await toRaster(file)];
  for (const width of widths.filter((wanted) => wanted < info.width)) {
    const size = { width, height: Math.round((info.height * width) / info.width) };
    const reference = referenceScale(full, size.width, size.height);
    const wanted = { region: null, size, moving: false, keepProfile: false };
    const ours = psnr(rasterOf(await decoderFor(info).decode(file, info, wanted)), reference);
    const theirs = await toRaster(
      await sharp(file)
        .resize({ ...size, fit: "fill" })
        .png()
        .toBuffer(),
    );
    rows.push([name, String(width), ours.toFixed(1), psnr(theirs, reference).toFixed(1)]);
  }
}
console.log(markdownTable(["picture", "width", "Freshet, dB", "sharp by default, dB"], rows));
