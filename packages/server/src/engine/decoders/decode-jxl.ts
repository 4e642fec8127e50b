import type { SourceInfo } from "../../origin/inspect.ts";
import type { Pixels } from "../pixels.ts";
import { runInWorker } from "../workers/run-in-worker.ts";
import { stillPixels } from "./still-pixels.ts";

/** @throws FreshetError `image_broken`; JobError */
export async function decodeJxl(
  source: Uint8Array,
  { width, height, hasAlpha }: SourceInfo,
): Promise<Pixels> {
  // The worker takes its copy away: the original is the cache's. (A Buffer's `slice` would not copy.)
  const bytes = new Uint8Array(source);
  const size = { width, height };
  const { data, channels } = await runInWorker("decode-jxl", { bytes, size, hasAlpha }, [bytes.buffer]);
  return stillPixels(data, size, channels);
}
