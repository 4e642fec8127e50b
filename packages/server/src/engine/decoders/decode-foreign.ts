import { FreshetError, type SourceFormat } from "@freshet/core";
import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { decodeBmp } from "./decode-bmp.ts";
import { decodeHeic } from "./decode-heic.ts";
import { decodeIco } from "./decode-ico.ts";
import { decodeJxl } from "./decode-jxl.ts";

/**
 * What libvips, as sharp brings it, cannot read; `decode` gives the whole picture, upright, and in sRGB unless a
 * profile is to be kept.
 */
const decoders = {
  bmp: decodeBmp,
  ico: decodeIco,
  heic: decodeHeic,
  jxl: decodeJxl,
} as const satisfies Partial<
  Record<SourceFormat, (source: Uint8Array, info: SourceInfo, keepProfile: boolean) => Promise<Pixels>>
>;

type ForeignFormat = keyof typeof decoders;

export const foreignFormats: ReadonlySet<SourceFormat> = new Set(Object.keys(decoders) as ForeignFormat[]);

/**
 * Decodes a file of one of {@link foreignFormats}.
 * @throws FreshetError `image_broken`; `not_an_image` for other formats
 */
export async function decodeForeign(
  source: Uint8Array,
  info: SourceInfo,
  keepProfile = false,
): Promise<Pixels> {
  const decode = foreignFormats.has(info.format) ? decoders[info.format as ForeignFormat] : null;
  if (!decode) throw new FreshetError("not_an_image", `there is no decoder for ${info.format} here`);
  try {
    return await decode(source, info, keepProfile);
  } catch (cause) {
    if (cause instanceof FreshetError) throw cause;
    throw new FreshetError("image_broken", "the original cannot be decoded", { cause });
  }
}
