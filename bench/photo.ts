import sharp from "sharp";
import { photos } from "../packages/server/src/origin/sources/photos.ts";

/**
 * A JPEG of six megapixels: the file that the command line names, or one made from a sample photograph, enlarged and
 * given the grain that a camera would have added, so that it is as hard to decode as a picture of that size.
 */
export async function sixMegapixels(path: string | undefined): Promise<Uint8Array> {
  if (path) return Bun.file(path).bytes();
  const [width, height] = [2725, 2225];
  const grain = {
    create: {
      width,
      height,
      channels: 3,
      background: "#808080",
      noise: { type: "gaussian", mean: 128, sigma: 12 },
    },
  } as const;
  const overlay = await sharp(grain).png({ compressionLevel: 0 }).toBuffer();
  return sharp(photos["boat.jpg"])
    .resize(width, height, { fit: "fill" })
    .composite([{ input: overlay, blend: "soft-light" }])
    .jpeg({ quality: 85 })
    .toBuffer();
}
