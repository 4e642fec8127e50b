/**
 * The addresses of a `srcset`: each runs up to white space; commas at its end, and what follows up to the next comma
 * outside of parentheses, belong to the list.
 * @see https://html.spec.whatwg.org/multipage/images.html#parsing-a-srcset-attribute
 */
export function readSrcset(value: string): string[] {
  const found: string[] = [];
  const piece = /[\s,]*(\S+)((?:[^,(]|\([^)]*\)?)*)/y;
  for (let match = piece.exec(value); match !== null; match = piece.exec(value)) {
    const [, url = "", descriptors = ""] = match;
    const bare = url.replace(/,+$/, "");
    if (bare !== "") found.push(bare);
    // A comma right behind the address ended this one: what was taken for descriptors is the next.
    if (bare !== url) piece.lastIndex -= descriptors.length;
  }
  return found;
}

/** Whether a line is the value of a `srcset`: an address is followed by a width or a density. */
export function looksLikeSrcset(line: string): boolean {
  return /^\S+\s+\d+(?:\.\d+)?[wx]\s*(?:,|$)/.test(line.trim());
}
