import { FreshetError } from "@freshet/core";
import { runInWorker } from "../workers/run-in-worker.ts";
import { JobError } from "../workers/worker-pool.ts";

/**
 * {@link cleanSvg} off the main thread: big drawings take up to a second.
 * @throws FreshetError as it does
 */
export async function cleanInWorker(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await runInWorker("clean-svg", bytes);
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    throw new FreshetError("image_broken", "the drawing cannot be read", { cause: error });
  }
}
