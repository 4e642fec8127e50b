import { decodeForeign, foreignFormats } from "./decoders/decode-foreign.ts";
import type { Decoder } from "./engine.ts";
import { scalePixels } from "./sharp-decoder.ts";

/** What libvips cannot read: decoded whole by a library of its own, and scaled then. */
export const foreignDecoder: Decoder = {
  name: "foreign",
  reads: foreignFormats,
  decode: async (source, info, wanted) =>
    scalePixels(await decodeForeign(source, info, wanted.keepProfile), wanted),
};
