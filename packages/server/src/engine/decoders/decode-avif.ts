import { Transformer } from "@napi-rs/image";
import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { dropOpaqueAlpha } from "../steps/flatten.ts";
import { isSimpleAvif } from "./avif-header.ts";

/** Pixels of an AVIF that is decoded so: more take all the time that is won to be put into memory, twice. */
const mostPixels = 8_000_000;

/**
 * All of an AVIF by the napi addon, whose libavif has the same pixels in three quarters of libheif's time. It blocks for
 * 30 ms a megapixel.
 *
 * @returns `null` where it is left to libvips: what is not simple or large, and what libavif does not read
 */
export function decodeAvif(source: Uint8Array, info: SourceInfo): Pixels | null {
  const { format, width, height, hasAlpha } = info;
  const isFit = format === "avif" && width * height <= mostPixels && isSimpleAvif(source);
  const data = isFit ? unpack(source) : null;
  if (data?.length !== width * height * 4) return null;
  const pixels = { data, width, height, channels: 4, frames: 1, delays: [], loop: 0, icc: null } as const;
  const lean = dropOpaqueAlpha(pixels);
  // It says nothing when it cannot make RGB of the colors, and nothing is written then: not even that all is opaque.
  return lean.channels === 4 && !hasAlpha ? null : lean;
}

function unpack(source: Uint8Array): Uint8Array | null {
  try {
    return new Transformer(source).rawPixelsSync();
  } catch {
    return null;
  }
}
