import { FreshetError, type Size } from "@freshet/core";
import type { Pixels } from "../pixels.ts";
import { runInWorker } from "../workers/run-in-worker.ts";
import { JobError } from "../workers/worker-pool.ts";

/**
 * Draws an SVG file in a worker, at exactly a size.
 * @param natural the drawing's own size
 * @throws FreshetError `image_broken`, also for one that takes too long; `original_too_large`
 */
export async function rasterizeSvg(bytes: Uint8Array, natural: Size, size: Size): Promise<Pixels> {
  try {
    const drawn = await runInWorker("draw-svg", {
      bytes,
      natural,
      size: { width: size.width, height: size.height },
    });
    return { ...drawn, channels: 4, frames: 1, delays: [], loop: 0, icc: null };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new FreshetError("image_broken", "the drawing takes too long to draw", { cause: error });
  }
}
