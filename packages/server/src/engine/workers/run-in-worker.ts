import { serverLimits } from "../../limits.ts";
import type { InputOf, OutputOf } from "./job.ts";
import type { jobs } from "./jobs.ts";
import { createWorkerPool } from "./worker-pool.ts";

type Jobs = typeof jobs;

/**
 * From source this file stands beside the worker's; in a single binary it is part of a bundle, to which the worker's
 * lies as `main.ts` to `engine/workers/`.
 */
const entry = new URL(
  import.meta.url.endsWith("/run-in-worker.ts") ? "./worker.ts" : "./engine/workers/worker.ts",
  import.meta.url,
);

// Nothing is started before the first job.
const pool = createWorkerPool<Jobs>(entry, {
  size: serverLimits.workers,
  jobMs: serverLimits.workerJobMs,
  idleMs: serverLimits.workerIdleMs,
});

/**
 * Runs one of `jobs.ts` in a worker thread: `runInWorker("decode-heic", { bytes })`. Input and output are cloned, but
 * for the buffers in `transfer` (which the caller has not any more) and typed arrays at the top of the output, which
 * are moved.
 *
 * @throws FreshetError as the job threw it
 * @throws JobError if it threw anything else, took longer than {@link serverLimits.workerJobMs}, or its worker died
 */
export function runInWorker<Name extends keyof Jobs & string>(
  name: Name,
  input: InputOf<Jobs, Name>,
  transfer: readonly ArrayBuffer[] = [],
): Promise<OutputOf<Jobs, Name>> {
  return pool.run(name, input, transfer);
}
