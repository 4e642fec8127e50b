import { type Box, FreshetError, type Size } from "@freshet/core";
import { serverLimits } from "../limits.ts";
import type { SourceInfo } from "../origin/inspect.ts";
import type { Engine, OutputSpec, Pixels } from "./engine.ts";
import { jpegShrink } from "./jpeg-shrink.ts";
import { napiImage } from "./napi-image.ts";

/** Bun's own codecs: libjpeg-turbo, libspng, libwebp, with SIMD scaling; fast, but without cutting and laying over. */
export const bunImage: Engine = {
  name: "bun",
  reads: new Set(["jpeg", "png", "webp", "gif", "bmp"]),
  writes: new Set(["jpeg", "webp"]),

  async decode(source, info, region, size) {
    if (region || mustWeighAlpha(info, size)) return finishedByNapi(source, info, region, size);
    return run(
      (await shrunk(source, info, size)).resize(size.width, size.height).png({ compressionLevel: 0 }),
    );
  },

  async encode(pixels, output) {
    return run(write(open(pixels), output));
  },

  async convert(source, info, size, output) {
    if (mustWeighAlpha(info, size))
      return run(write(open(await finishedByNapi(source, info, null, size)), output));
    return run(write((await shrunk(source, info, size)).resize(size.width, size.height), output));
  },
};

/**
 * Bun.Image scales the channels one by one, so that colors from under full transparency would bleed into edges: a logo
 * would get a dark fringe. The napi engine weighs them by alpha.
 */
function mustWeighAlpha(info: SourceInfo, size: Size): boolean {
  return info.hasAlpha && (info.width !== size.width || info.height !== size.height);
}

/** Decodes only, and leaves what Bun.Image cannot do, or not well, to the napi engine. */
async function finishedByNapi(
  source: Uint8Array,
  info: SourceInfo,
  region: Box | null,
  size: Size,
): Promise<Pixels> {
  const whole = await run(open(source).png({ compressionLevel: 0 }));
  return napiImage.decode(whole, { ...info, format: "png" }, region, size);
}

/**
 * The source, at a size from which scaling is good and quick. Bun.Image itself shrinks a JPEG while decoding, but down
 * to just above the target, which costs up to 20 dB; asking for an eighth-fraction explicitly keeps that in hand.
 */
async function shrunk(source: Uint8Array, info: SourceInfo, size: Size): Promise<Bun.Image> {
  const step = jpegShrink(info, size);
  if (!step) return open(source);
  // The decoder lands exactly on this size, so the filter is never used; the cheapest is named.
  return open(
    await run(open(source).resize(step.width, step.height, { filter: "box" }).png({ compressionLevel: 0 })),
  );
}

function open(bytes: Uint8Array | Pixels): Bun.Image {
  return new Bun.Image(bytes, { maxPixels: serverLimits.sourcePixels });
}

function write(image: Bun.Image, { format, quality }: OutputSpec): Bun.Image {
  switch (format) {
    case "jpeg":
      return image.jpeg({ quality });
    case "webp":
      return image.webp({ quality });
    default:
      throw new Error(`Bun.Image does not write ${format} here`);
  }
}

async function run(image: Bun.Image): Promise<Uint8Array> {
  try {
    return await image.bytes();
  } catch (cause) {
    throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
  }
}
