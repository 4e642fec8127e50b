import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { runInWorker } from "../workers/run-in-worker.ts";
import { cicpProfile } from "./cicp-profile.ts";
import { stillPixels } from "./still-pixels.ts";
import { toSrgb } from "./to-srgb.ts";

/** @throws FreshetError `image_broken`; JobError */
export async function decodeHeic(source: Uint8Array, { width, height }: SourceInfo): Promise<Pixels> {
  // The worker takes its copy away: the original is the cache's. (A Buffer's `slice` would not copy.)
  const bytes = new Uint8Array(source);
  const size = { width, height };
  const { data, channels, icc, nclx } = await runInWorker("decode-heic", { bytes, size }, [bytes.buffer]);
  return toSrgb(stillPixels(data, size, channels), icc ?? (nclx && cicpProfile(nclx)));
}
