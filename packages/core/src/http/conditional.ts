/**
 * Decides `If-None-Match` for GET and HEAD, which compare weakly: `W/` is ignored, `*` matches whatever exists.
 *
 * @param header value of the request's `If-None-Match`, `null` if absent
 * @returns true if 304 is the answer
 * @see RFC 9110 sections 8.8.3.2 and 13.1.2
 */
export function isNotModified(header: string | null, etag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, "") === etag);
}
