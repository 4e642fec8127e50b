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

/** A job only ever moves forward; ERROR may follow any state that is not final. */
export function mayFollow(from: JobStatus, to: JobStatus): boolean {
  return !isFinal(from) && jobStatuses.indexOf(to) > jobStatuses.indexOf(from);
}
