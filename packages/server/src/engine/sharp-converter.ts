import { FreshetError } from "@freshet/core";
import type { Sharp } from "sharp";
import type { SourceInfo } from "../origin/inspect.ts";
import type { Converter, Cut, OutputSpec } from "./engine.ts";
import { type Pixels, release } from "./pixels.ts";
import { cutAndScale, mayBeUnpacked, sharpDecoder, unpack } from "./sharp-decoder.ts";
import { sharpEncoder, still, write } from "./sharp-encoder.ts";
import { flatten, flattenInPlace } from "./steps/flatten.ts";
import { openFile, openPixels } from "./vips.ts";

/**
 * The whole way in one pipeline: rows are scaled and written as they are decoded. What may be transparent, and most AVIFs,
 * are unpacked first, if they are not too large.
 */
export const sharpConverter: Converter = {
  name: "sharp",
  reads: sharpDecoder.reads,
  writes: sharpEncoder.writes,

  async convert(source, info, cut, output) {
    try {
      const whole = await unpack(source, info, cut);
      return whole === null
        ? await convertFile(source, info, cut, output)
        : await convertOwn(whole, cut, output);
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

function convertFile(
  source: Uint8Array,
  info: SourceInfo,
  cut: Cut,
  output: OutputSpec,
): Promise<Uint8Array> {
  const { region, scaled, fidelity = "full" } = cut;
  const file = openFile(source, { ignoreIcc: info.isSrgb }).autoOrient();
  return finish(cutAndScale(file, info, { region, size: scaled, fidelity }), info.hasAlpha, cut, output);
}

/** As {@link convertPixels}, of pixels that nobody else needs. */
async function convertOwn(pixels: Pixels, cut: Cut, output: OutputSpec): Promise<Uint8Array> {
  const laid = cut.background === null ? pixels : flattenInPlace(pixels, cut.background);
  try {
    return await convertPixels(laid, cut, output);
  } finally {
    release(pixels);
  }
}

/** The same from pixels of the whole picture, to the same bytes. */
export function convertPixels(pixels: Pixels, cut: Cut, output: OutputSpec): Promise<Uint8Array> {
  const { background } = cut;
  const laid = background !== null && mayBeUnpacked(pixels) ? flatten(pixels, background) : pixels;
  const image = cutAndScale(openPixels(laid), laid, { region: cut.region, size: cut.scaled });
  return finish(image, laid.channels === 4, cut, output);
}

function finish(
  image: Sharp,
  hasAlpha: boolean,
  { scaled, crop, background }: Pick<Cut, "scaled" | "crop" | "background">,
  output: OutputSpec,
): Promise<Uint8Array> {
  const cut = crop ? image.extract(crop) : image;
  const flat = background === null || !hasAlpha ? cut : cut.flatten({ background: `#${background}` });
  return write(flat, output, { ...still, ...(crop ?? scaled) }).toBuffer();
}
