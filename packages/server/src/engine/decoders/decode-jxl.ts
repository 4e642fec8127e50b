import type { Size } from "@freshet/core";
import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { collectPixels, openFile } from "../vips.ts";
import { runInWorker } from "../workers/run-in-worker.ts";
import { cicpProfile } from "./cicp-profile.ts";
import { isRgbProfile } from "./is-rgb-profile.ts";
import { stillPixels } from "./still-pixels.ts";

/**
 * @param keepProfile hand the profile on, or one made of the file's color numbers, instead of converting to sRGB
 * @throws FreshetError `image_broken`; JobError
 */
export async function decodeJxl(source: Uint8Array, info: SourceInfo, keepProfile: boolean): Promise<Pixels> {
  const { width, height, hasAlpha } = info;
  // The worker takes its copy away: the original is the cache's. (A Buffer's `slice` would not copy.)
  const bytes = new Uint8Array(source);
  const size = { width, height };
  if (keepProfile) return withProfile(bytes, size);
  const { data, channels } = await runInWorker("decode-jxl", { bytes, size, hasAlpha }, [bytes.buffer]);
  return stillPixels(data, size, channels);
}

async function withProfile(bytes: Uint8Array<ArrayBuffer>, size: Size): Promise<Pixels> {
  const { png, icc, cicp } = await runInWorker("decode-profiled-jxl", { bytes, size }, [bytes.buffer]);
  const profile = icc ?? (cicp && cicpProfile(cicp));
  // Numbers as they are: the profile is passed over here, and handed on beside them.
  const work = openFile(png, { ignoreIcc: true }).toColourspace("srgb");
  const like = { ...size, data: png, channels: 3, frames: 1, delays: [], loop: 0, icc: null } as const;
  const { data, channels } = await collectPixels(work, like);
  return { ...stillPixels(data, size, channels), icc: profile && isRgbProfile(profile) ? profile : null };
}
