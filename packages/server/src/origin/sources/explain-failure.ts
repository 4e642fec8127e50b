import { FreshetError } from "@freshet/core";

/**
 * Says in our words why a fetch failed that brought no answer.
 * @param place what was asked, as the public may know it
 * @param signal of the fetch: if its time is over, everything else follows from that
 */
export function explainFailure(
  error: unknown,
  place: string,
  signal: AbortSignal,
  timeoutMs: number,
): FreshetError {
  if (error instanceof FreshetError) return error;
  if (signal.aborted) {
    return new FreshetError("origin_timeout", `${place} did not send the original within ${timeoutMs} ms`, {
      cause: error,
    });
  }
  return new FreshetError("origin_unreachable", `no usable connection to ${place}`, { cause: error });
}
