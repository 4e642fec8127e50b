/**
 * Percent-encodes a value for a query; what reads better as it is and separates nothing there stays. Half of a surrogate
 * pair stays too: it has no encoding, and is read as itself.
 */
export function encodeValue(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~!$*(),:@/\p{Cs}]/gu, encodeURIComponent);
}

/** Percent-encodes what cannot stand in a URL, and nothing else: the rest of an address keeps its spelling. */
export function encodeOdd(text: string): string {
  return text.replace(/[^\x21-\x7e\p{Cs}]|["#<>\\^`{|}]/gu, encodeURIComponent);
}
