import type { Validators } from "../source.ts";

/**
 * Headers that ask for an original only if it changed (RFC 9110 section 13.1). A copy without validators is asked for
 * anew; `no-cache` makes caches of the origin's own ask for it too.
 */
export function conditions(known: Validators | null): Record<string, string> {
  if (known?.etag) return { "if-none-match": known.etag };
  if (known?.lastModified) return { "if-modified-since": known.lastModified };
  return { "cache-control": "no-cache" };
}
