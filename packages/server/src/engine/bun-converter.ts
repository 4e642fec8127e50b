import { FreshetError } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import type { Converter, OutputSpec } from "./engine.ts";

/**
 * Bun's own codecs with SIMD scaling. It scales the channels one by one, so that colors from under full transparency
 * would bleed into edges, shrinks JPEG too far while decoding, and knows no color profiles: the planner asks it for
 * opaque PNG and WebP in sRGB only, and only to scale the whole.
 */
export const bunConverter: Converter = {
  name: "bun",
  reads: new Set(["png", "webp"]),
  writes: new Set(["jpeg", "webp"]),

  async convert(source, _info, { scaled }, output) {
    const image = new Bun.Image(source, { maxPixels: serverLimits.sourcePixels }).resize(
      scaled.width,
      scaled.height,
    );
    try {
      return await write(image, output).bytes();
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

function write(image: Bun.Image, { format, quality }: OutputSpec): Bun.Image {
  return format === "jpeg"
    ? image.jpeg({ quality: quality ?? 80, progressive: true })
    : image.webp({ quality: quality ?? 80 });
}
