/** Longest wait for an answer, s: proxies between here and the client give up after a minute. */
export const longestWaitS = 60;

/**
 * Seconds that a client would rather wait than come back (RFC 7240 section 4.3), at most {@link longestWaitS}; 0 if it
 * does not say. What cannot be read or is not known is ignored, as section 2 of the RFC wants it.
 */
export function readWait(header: string | null): number {
  for (const preference of (header ?? "").split(",")) {
    const [, seconds] = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:;.*)?$/i.exec(preference) ?? [];
    if (seconds !== undefined) return Math.min(Number(seconds), longestWaitS);
  }
  return 0;
}
