/** States of an invalidation, in Cloudimage's words: nodes are flushed first, caches in front of them after. */
export const jobStatuses = [
  "RECEIVED",
  "PREPARING",
  "FLUSHINGCLOUDIMAGESERVER",
  "FLUSHINGCDNSERVERS",
  "DONE",
  "ERROR",
] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** DONE and ERROR are final. */
export function isFinal(status: JobStatus): boolean {
  return status === "DONE" || status === "ERROR";
}
