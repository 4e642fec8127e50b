import { FreshetError } from "@freshet/core";
import type { Converter } from "./engine.ts";
import { cutAndScale, sharpDecoder } from "./sharp-decoder.ts";
import { sharpEncoder, write } from "./sharp-encoder.ts";
import { openFile } from "./vips.ts";

/** The whole way in one pipeline: rows are scaled and written as they are decoded. */
export const sharpConverter: Converter = {
  name: "sharp",
  reads: sharpDecoder.reads,
  writes: sharpEncoder.writes,

  async convert(source, info, { region, scaled, crop, background, fidelity = "full" }, output) {
    const file = openFile(source, { ignoreIcc: info.isSrgb }).autoOrient();
    const image = cutAndScale(file, info, { region, size: scaled, fidelity });
    const cut = crop ? image.extract(crop) : image;
    const flat = background === null || !info.hasAlpha ? cut : cut.flatten({ background: `#${background}` });
    try {
      return await write(flat, output, { ...still, ...(crop ?? scaled) }).toBuffer();
    } catch (cause) {
      throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
    }
  },
};

const still = { delays: [], loop: 0, frames: 1 } as const;
