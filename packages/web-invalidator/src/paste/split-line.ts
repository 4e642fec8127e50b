/**
 * Splits one line into addresses. A tab (a spreadsheet's cells) always separates. A comma or a semicolon is also a
 * character of addresses (`?tl_px=10,20`, `a,b.jpg`), so it separates only where no address would have one: before white
 * space, before something that starts like an address, or after a file name when no query has begun.
 */
export function splitLine(line: string): string[] {
  return line.split("\t").flatMap(splitAtCommas).map(trim).filter(Boolean);
}

function trim(piece: string): string {
  return piece.trim();
}

/** How far around a comma is looked, so that a line with many of them takes linear time: a host name and its port. */
const lookAheadChars = 260;
const lookBackChars = 8;

function splitAtCommas(line: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let inQuery = false;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "?") inQuery = true;
    if (line[at] !== "," && line[at] !== ";") continue;
    const before = line.slice(Math.max(start, at - lookBackChars), at);
    const after = line.slice(at + 1, at + 1 + lookAheadChars);
    if (!startsAnew.test(after) && (inQuery || !endsLikeFile.test(before))) continue;
    pieces.push(line.slice(start, at));
    start = at + 1;
    inQuery = false;
  }
  return [...pieces, line.slice(start)];
}

/** The end, white space, `/path`, `https://…`, `host.name/…` or `_alias_/…`. */
const startsAnew = /^(?:$|\s|\/|https?:|[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::\d+)?\/|_[a-z0-9._-]+_\/)/i;

/** `flat.jpg` or `folder/*`. */
const endsLikeFile = /(?:\.[a-z][a-z0-9]{1,4}|\*)$/i;
