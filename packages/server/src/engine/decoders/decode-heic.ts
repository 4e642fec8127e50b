import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { runInWorker } from "../workers/run-in-worker.ts";
import { cicpProfile } from "./cicp-profile.ts";
import { isRgbProfile } from "./is-rgb-profile.ts";
import { stillPixels } from "./still-pixels.ts";
import { toSrgb } from "./to-srgb.ts";

/**
 * @param keepProfile hand the profile on, or one made of the file's color numbers, instead of converting to sRGB
 * @throws FreshetError `image_broken`; JobError
 */
export async function decodeHeic(
  source: Uint8Array,
  { width, height }: SourceInfo,
  keepProfile: boolean,
): Promise<Pixels> {
  // The worker takes its copy away: the original is the cache's. (A Buffer's `slice` would not copy.)
  const bytes = new Uint8Array(source);
  const size = { width, height };
  const { data, channels, icc, nclx } = await runInWorker("decode-heic", { bytes, size }, [bytes.buffer]);
  const pixels = stillPixels(data, size, channels);
  const profile = icc ?? (nclx && cicpProfile(nclx));
  if (!keepProfile) return toSrgb(pixels, profile);
  return { ...pixels, icc: profile && isRgbProfile(profile) ? profile : null };
}
