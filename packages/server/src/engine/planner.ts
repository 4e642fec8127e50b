import { FreshetError } from "@freshet/core";
import type { SourceInfo } from "../origin/inspect.ts";
import { bunConverter } from "./bun-converter.ts";
import type { Converter, Cut, Decoder, Encoder, RasterFormat } from "./engine.ts";
import { foreignDecoder } from "./foreign-decoder.ts";
import { napiEncoder } from "./napi-encoder.ts";
import type { Pixels } from "./pixels.ts";
import { sharpConverter } from "./sharp-converter.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { sharpEncoder } from "./sharp-encoder.ts";
import { svgDecoder } from "./svg-decoder.ts";

/*
 * Who does what, by measurement (`bun bench/engines.ts`). libvips does everything unless somebody is better:
 * - Bun.Image at opaque PNG and WebP that are only scaled: it is as true, and up to twice as fast;
 * - the napi addon at AVIF, which it writes smaller and faster;
 * - and what libvips cannot read at all.
 */

const decoders: readonly Decoder[] = [sharpDecoder, foreignDecoder, svgDecoder];

/** @throws FreshetError `not_an_image` if there is no decoder for the format */
export function decoderFor({ format }: SourceInfo): Decoder {
  const decoder = decoders.find(({ reads }) => reads.has(format));
  if (!decoder) throw new FreshetError("not_an_image", `there is no decoder for ${format} here`);
  return decoder;
}

export function encoderFor(pixels: Pixels, format: RasterFormat): Encoder {
  // rav1e takes no profile along.
  return format === "avif" && pixels.icc === null ? napiEncoder : sharpEncoder;
}

/**
 * Those who can do all there is to do in one go, in order of preference: a file that one of them cannot read is left to
 * the next.
 */
export function convertersFor(info: SourceInfo, cut: Cut, format: RasterFormat): readonly Converter[] {
  const able = (converter: Converter) => converter.reads.has(info.format) && converter.writes.has(format);
  const isScaledOnly = isPlain(info) && cut.region === null && cut.crop === null;
  return [...(isScaledOnly ? [bunConverter] : []), ...(format === "avif" ? [] : [sharpConverter])].filter(
    able,
  );
}

function isPlain({ isSrgb, isUpright, hasAlpha, frames }: SourceInfo): boolean {
  return isSrgb && isUpright && !hasAlpha && frames === 1;
}
