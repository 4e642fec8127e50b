import type { Size } from "@freshet/core";
import type { Sharp } from "sharp";
import { attachProfile } from "./attach-profile.ts";
import type { Encoder, OutputSpec } from "./engine.ts";
import type { Pixels } from "./pixels.ts";
import { openFile, openPixels } from "./vips.ts";

/** libvips by way of sharp: libjpeg-turbo's successor mozjpeg, libpng with libimagequant, libwebp, cgif, libaom. */
export const sharpEncoder: Encoder = {
  name: "sharp",
  writes: new Set(["jpeg", "png", "webp", "gif", "avif"]),
  encode: async (pixels, output) => write(await open(pixels), output, pixels).toBuffer(),
};

/** The encoders take a profile only from a file, so pixels that keep theirs pass through one. */
async function open(pixels: Pixels): Promise<Sharp> {
  if (pixels.icc === null) return openPixels(pixels);
  const png = await openPixels(pixels).png({ compressionLevel: 0 }).toBuffer();
  return openFile(attachProfile(png, pixels.icc), {
    ignoreIcc: true,
    limitInputPixels: false,
  }).keepIccProfile();
}

/**
 * A progressive JPEG has some hundredths fewer bytes. For a large one that costs 16 to 27 % of the time, and more in
 * other codecs; for one of up to this many pixels next to nothing (`bun bench/matrix.ts`).
 */
export function isProgressive({ width, height }: Size): boolean {
  return width * height <= 100_000;
}

const defaultQuality = { jpeg: 80, webp: 80, avif: 60 } as const;

/** Timing of what does not move. */
export const still = { delays: [], loop: 0, frames: 1 } as const;

/** @param picture size of the result, and timing of an animation */
export function write(
  image: Sharp,
  { format, quality, small }: OutputSpec,
  picture: Pick<Pixels, "width" | "height" | "delays" | "loop" | "frames">,
): Sharp {
  const moving = picture.frames > 1 ? { delay: [...picture.delays], loop: picture.loop } : {};
  switch (format) {
    case "jpeg":
      return image.jpeg({
        quality: quality ?? defaultQuality.jpeg,
        progressive: small || isProgressive(picture),
        mozjpeg: small,
      });
    case "png":
      // A quality is a wish for a small file: 256 colors at most, chosen so that it is kept.
      return quality === null ? image.png() : image.png({ palette: true, quality, effort: small ? 7 : 3 });
    case "webp":
      return image.webp({ quality: quality ?? defaultQuality.webp, effort: small ? 6 : 4, ...moving });
    case "gif":
      return image.gif({ effort: small ? 7 : 3, ...moving });
    case "avif":
      // Of sharp's default effort (4) it takes an eighth of the time, for 7 % of the bytes at the same score.
      return image.avif({
        quality: quality ?? defaultQuality.avif,
        effort: 2,
        chromaSubsampling: "4:2:0",
      });
  }
}
