import type { Size } from "@freshet/core";
import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFile } from "../vips.ts";
import { cicpProfile } from "./cicp-profile.ts";
import { isRgbProfile } from "./is-rgb-profile.ts";
import { stillPixels } from "./still-pixels.ts";

/**
 * @param keepProfile hand the profile on, or one made of the file's color numbers, instead of converting to sRGB
 * @throws FreshetError `image_broken`; Error if the library breaks down
 */
export async function decodeJxl(source: Uint8Array, info: SourceInfo, keepProfile: boolean): Promise<Pixels> {
  const { width, height, hasAlpha } = info;
  const size = { width, height };
  if (keepProfile) return withProfile(source, size);
  // Megabytes of WebAssembly: only who reads JPEG XL loads it.
  const { readJxl } = await import("./read-jxl.ts");
  const { data, channels } = await readJxl({ bytes: source, size, hasAlpha });
  return stillPixels(data, size, channels);
}

async function withProfile(bytes: Uint8Array, size: Size): Promise<Pixels> {
  const { readProfiledJxl } = await import("./read-profiled-jxl.ts");
  const { png, icc, cicp } = await readProfiledJxl({ bytes, size });
  const profile = icc ?? (cicp && cicpProfile(cicp));
  // Numbers as they are: the profile is passed over here, and handed on beside them.
  const work = openFile(png, { ignoreIcc: true }).toColourspace("srgb");
  const like = { ...size, data: png, channels: 3, frames: 1, delays: [], loop: 0, icc: null } as const;
  const { data, channels } = await collectPixels(work, like);
  return { ...stillPixels(data, size, channels), icc: profile && isRgbProfile(profile) ? profile : null };
}
