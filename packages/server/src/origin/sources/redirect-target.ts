/** Where a response sends its client (RFC 9110 section 15.4), `null` if it is no redirect that could be followed. */
export function redirectTarget({ status, headers }: Response): string | null {
  const isRedirect = status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
  return isRedirect ? headers.get("location") : null;
}
