/**
 * Splits what was pasted into addresses. A line end or a tab (a spreadsheet's cells) always separates. A comma is also
 * a character of addresses (`?tl_px=10,20`, `a,b.jpg`), so it separates only where no address would have one: before
 * white space, before something that starts like an address, or after a file name when no query has begun.
 */
export function splitLines(text: string): string[] {
  return text
    .split(/[\n\r\t]/)
    .flatMap(splitAtCommas)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
}

function splitAtCommas(line: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let comma = line.indexOf(","); comma !== -1; comma = line.indexOf(",", comma + 1)) {
    if (!separates(line.slice(start, comma), line.slice(comma + 1, comma + 1 + lookAhead))) continue;
    pieces.push(line.slice(start, comma));
    start = comma + 1;
  }
  return [...pieces, line.slice(start)];
}

/** Characters after a comma that are looked at: the longest host name (253) and its port. */
const lookAhead = 260;

function separates(before: string, after: string): boolean {
  return after.trim() === "" || /^\s/.test(after) || startsLikeAddress.test(after) || endsLikeFile.test(before);
}

/** `/path`, `https://…`, `host.name/…` or `_alias_/…`. */
const startsLikeAddress = /^(?:\/|https?:|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?\/|_[a-z0-9._-]+_\/)/i;

/** `flat.jpg` or `folder/*`, and no query: there, a comma may belong to a value. */
const endsLikeFile = /^[^?]*(?:\.[a-z][a-z0-9]{1,4}|\*)$/i;
