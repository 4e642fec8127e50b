import { FreshetError, translateV6 } from "@freshet/core";
import { readPaste } from "./paste/read-paste.ts";

/** An old URL said in v7. */
export interface TranslatedLine {
  /** The new URL; `null` where there is none. */
  readonly url: string | null;
  /** What could not be said, or why there is nothing. */
  readonly notes: readonly string[];
}

/** Lines that are translated: more belong to the command `freshet-server translate`. */
const mostLines = 100;

/** Says what was pasted in v7, line by line. */
export function translateLines(text: string): readonly TranslatedLine[] {
  return readPaste(text).lines.slice(0, mostLines).map(translateLine);
}

function translateLine(line: string): TranslatedLine {
  try {
    return translateV6(line);
  } catch (error) {
    if (!(error instanceof FreshetError)) throw error;
    return { url: null, notes: [error.detail] };
  }
}
