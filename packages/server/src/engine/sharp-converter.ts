import { FreshetError } from "@freshet/core";
import type { Sharp } from "sharp";
import type { Converter, Cut, OutputSpec } from "./engine.ts";
import type { Pixels } from "./pixels.ts";
import { cutAndScale, sharpDecoder } from "./sharp-decoder.ts";
import { sharpEncoder, still, write } from "./sharp-encoder.ts";
import { openFile, openPixels } from "./vips.ts";

/** The whole way in one pipeline: rows are scaled and written as they are decoded. */
export const sharpConverter: Converter = {
  name: "sharp",
  reads: sharpDecoder.reads,
  writes: sharpEncoder.writes,

  async convert(source, info, { region, scaled, crop, background, fidelity = "full" }, output) {
    const file = openFile(source, { ignoreIcc: info.isSrgb }).autoOrient();
    const image = cutAndScale(file, info, { region, size: scaled, fidelity });
    try {
      return await finish(image, info.hasAlpha, { scaled, crop, background }, output);
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

/** The same from pixels of the whole picture, to the same bytes. */
export function convertPixels(pixels: Pixels, cut: Cut, output: OutputSpec): Promise<Uint8Array> {
  const image = cutAndScale(openPixels(pixels), pixels, { region: cut.region, size: cut.scaled });
  return finish(image, pixels.channels === 4, cut, output);
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
