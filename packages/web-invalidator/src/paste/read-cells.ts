/**
 * The cells of one line of CSV (RFC 4180), with commas, semicolons or tabs between them; `null` if none is quoted.
 * A quote that never ends is a character like any other.
 */
export function readCells(line: string): string[] | null {
  const cells: string[] = [];
  let isQuoted = false;
  let start = 0;
  while (start <= line.length) {
    const quoteEnd = line[start] === '"' ? endOfQuote(line, start) : -1;
    if (quoteEnd !== -1) {
      cells.push(line.slice(start + 1, quoteEnd).replaceAll('""', '"'));
      isQuoted = true;
      start = quoteEnd + 2;
      continue;
    }
    const end = nextSeparator(line, start);
    cells.push(line.slice(start, end));
    start = end + 1;
  }
  return isQuoted ? cells : null;
}

/** Where the quote ends that opens at `start`, if a separator or the end of the line follows; otherwise -1. */
function endOfQuote(line: string, start: number): number {
  for (let at = line.indexOf('"', start + 1); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] === '"') continue;
    return isSeparator(line[at + 1]) ? at : -1;
  }
  return -1;
}

function nextSeparator(line: string, from: number): number {
  let at = from;
  while (!isSeparator(line[at])) at++;
  return at;
}

function isSeparator(character: string | undefined): boolean {
  return character === undefined || character === "," || character === ";" || character === "\t";
}
