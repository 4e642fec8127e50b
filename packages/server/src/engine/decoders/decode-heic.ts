import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { cicpProfile } from "./cicp-profile.ts";
import { isRgbProfile } from "./is-rgb-profile.ts";
import { stillPixels } from "./still-pixels.ts";
import { toSrgb } from "./to-srgb.ts";

/**
 * @param keepProfile hand the profile on, or one made of the file's color numbers, instead of converting to sRGB
 * @throws FreshetError `image_broken`; Error if the library breaks down
 */
export async function decodeHeic(
  source: Uint8Array,
  { width, height }: SourceInfo,
  keepProfile: boolean,
): Promise<Pixels> {
  const size = { width, height };
  // Half a megabyte of WebAssembly: only who reads HEIC loads it.
  const { readHeic } = await import("./read-heic.ts");
  const { data, channels, icc, nclx } = await readHeic({ bytes: source, size });
  const pixels = stillPixels(data, size, channels);
  const profile = icc ?? (nclx && cicpProfile(nclx));
  if (!keepProfile) return toSrgb(pixels, profile);
  return { ...pixels, icc: profile && isRgbProfile(profile) ? profile : null };
}
