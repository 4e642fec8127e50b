import { type Fidelity, FreshetError } from "@freshet/core";
import type { SourceInfo } from "../origin/inspect.ts";
import { bunConverter, wayFor } from "./bun-converter.ts";
import type { Converter, Cut, Decoder, Encoder, RasterFormat } from "./engine.ts";
import { foreignDecoder } from "./foreign-decoder.ts";
import { napiEncoder } from "./napi-encoder.ts";
import type { Pixels } from "./pixels.ts";
import { sharpConverter } from "./sharp-converter.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { sharpEncoder } from "./sharp-encoder.ts";
import { isDecodedInFull } from "./shrink.ts";
import { svgDecoder } from "./svg-decoder.ts";

/*
 * Who does what, by measurement (`bun bench/matrix.ts`). libvips does everything unless somebody is better:
 * - Bun.Image at JPEG and WebP of opaque pictures that are only scaled, and at all that is made of an opaque WebP: it is as
 *   true, and up to twice as fast;
 * - the napi addon at AVIF where speed counts more than bytes (`bun bench/avif.ts`), and at reading it where that
 *   makes the same pixels in less time (`unpack` of `sharp-decoder.ts`);
 * - and what libvips cannot read at all.
 */

const decoders: readonly Decoder[] = [sharpDecoder, foreignDecoder, svgDecoder];

/** @throws FreshetError `not_an_image` if there is no decoder for the format */
export function decoderFor({ format }: SourceInfo): Decoder {
  const decoder = decoders.find(({ reads }) => reads.has(format));
  if (!decoder) throw new FreshetError("not_an_image", `there is no decoder for ${format} here`);
  return decoder;
}

export function encoderFor(pixels: Pixels, format: RasterFormat, fidelity: Fidelity = "full"): Encoder {
  // rav1e takes no profile along.
  return isForNapi(format, fidelity) && pixels.icc === null ? napiEncoder : sharpEncoder;
}

function isForNapi(format: RasterFormat, fidelity: Fidelity): boolean {
  return format === "avif" && fidelity === "fast";
}

/**
 * Those who can do all there is to do in one go, in order of preference: a file that one of them cannot read is left to
 * the next.
 */
export function convertersFor(info: SourceInfo, cut: Cut, format: RasterFormat): readonly Converter[] {
  const able = (converter: Converter) => converter.reads.has(info.format) && converter.writes.has(format);
  const forNapi = isForNapi(format, cut.fidelity ?? "full");
  const forBun = isForBun(info, cut) && (bunWrites.has(format) || (info.format === "webp" && !forNapi));
  return [...(forBun ? [bunConverter] : []), ...(forNapi ? [] : [sharpConverter])].filter(able);
}

/**
 * Whether libvips has every pixel of the original in hand, before it cuts and scales. What Bun.Image makes most pictures of
 * is left to it: it decodes again, and is done sooner even so.
 */
export function decodesInFull(info: SourceInfo, cut: Cut): boolean {
  if (!sharpDecoder.reads.has(info.format) || !info.isSrgb || isForBun(info, cut)) return false;
  return info.format !== "jpeg" || isDecodedInFull(info, cut);
}

/** What Bun.Image writes by itself. */
const bunWrites: ReadonlySet<RasterFormat> = new Set(["jpeg", "webp"]);

function isForBun(info: SourceInfo, cut: Cut): boolean {
  const { format, isSrgb, hasProfile, isUpright, hasAlpha, frames } = info;
  const isPlain = format === "jpeg" || (!hasProfile && isUpright);
  if (!isPlain || !isSrgb || hasAlpha || frames > 1 || cut.region !== null || cut.crop !== null) return false;
  return wayFor(info, cut) !== null;
}
