/** What a comparison needs to know of a text. */
export type ComparedText = Pick<string, "length" | "charCodeAt">;

/**
 * Compares two texts in a time that depends on their length only: how long it takes must not tell how many digits of a
 * guessed signature were right.
 */
export function isSameText(given: ComparedText, expected: ComparedText): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at++) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}

/**
 * True if a text of 6 to 40 hex digits, in either case, is how the SHA-1 of one of the candidates begins.
 * @param hash of each candidate, 40 lower-case hex digits
 */
export function matchesDigits(
  digits: string,
  candidates: Iterable<string>,
  hash: (text: string) => string,
): boolean {
  if (!/^[0-9a-f]{6,40}$/i.test(digits)) return false;
  const given = digits.toLowerCase();
  for (const candidate of candidates) {
    if (isSameText(given, hash(candidate).slice(0, given.length))) return true;
  }
  return false;
}
