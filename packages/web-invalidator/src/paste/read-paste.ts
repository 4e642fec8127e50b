import { readCells } from "./read-cells.ts";
import { looksLikeHtml, readHtml } from "./read-html.ts";
import { looksLikeSrcset, readSrcset } from "./read-srcset.ts";
import { splitLine } from "./split-line.ts";

/** What was found in a pasted text. */
export interface Paste {
  /** Addresses, or what somebody took for one. */
  readonly lines: readonly string[];
  /** Cells of a table that are no addresses: numbers, names, its head. */
  readonly leftOut: number;
}

/**
 * Finds the addresses in whatever people paste: lists, cells of a spreadsheet, CSV, pieces of a page, `srcset`, Markdown.
 * A line that stands alone is taken for an address whatever it looks like, so that a mistake in it is told.
 */
export function readPaste(text: string): Paste {
  if (looksLikeHtml(text)) return { lines: readHtml(text), leftOut: 0 };
  const rows = text
    .split(/[\n\r]+/)
    .map(readRow)
    .filter((row) => row.length > 0);
  const isTable = rows.some(
    (row) => row.length > 1 && row.some(looksLikeAddress) && !row.every(looksLikeAddress),
  );
  if (!isTable) return { lines: rows.flat(), leftOut: 0 };
  const isCells = (row: readonly string[], at: number) =>
    row.length > 1 || (at === 0 && /[,;]/.test(row[0] ?? ""));
  const lines = rows.flatMap((row, at) => (isCells(row, at) ? row.filter(looksLikeAddress) : row));
  return { lines, leftOut: rows.flat().length - lines.length };
}

function readRow(line: string): string[] {
  if (looksLikeSrcset(line)) return readSrcset(line);
  const cells = readCells(line.trim());
  return cells === null ? splitLine(line) : cells.map((cell) => cell.trim()).filter(Boolean);
}

/** Among cells: with a slash or the ending of a file, and without white space where no address begins. */
function looksLikeAddress(cell: string): boolean {
  if (/^(?:https?:\/\/|\/)/i.test(cell)) return true;
  return (
    !/\s/.test(cell) &&
    /^[^/]+\/|^[\w.-]+\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|ico|heic|php)(?:\?|$)/i.test(cell)
  );
}
