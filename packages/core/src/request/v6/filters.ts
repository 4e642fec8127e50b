import type { Note } from "../../ops/note.ts";
import { ignored } from "./ignored.ts";

/** What the filter segment says: pairs of v7 by name, each once, and what in it is no filter. */
export interface FiltersReading {
  readonly pairs: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

/** Filters that carry a number, and the parameter of v7 that takes it; ranges are v7's business. */
const numbered: ReadonlyMap<string, string> = new Map([
  ["q", "q"],
  ["foil", "org_if_sml"],
  ["fgaussian", "blur"],
  ["fbright", "bright"],
  ["fcontrast", "contrast"],
  ["fpixelate", "pixelate"],
  ["fpixelrate", "pixelate"],
  ["fsharp", "sharp"],
  ["fradius", "radius"],
  ["ftrim", "trim"],
  ["r", "r"],
  ["webp-lossy-", "q_webp"],
  ["png-lossy-", "q_png"],
]);

const words: ReadonlyMap<string, readonly [name: string, value: string]> = new Map([
  ["foil", ["org_if_sml", "1"]],
  ["fgrey", ["grey", "1"]],
  ["fgray", ["grey", "1"]],
  ["tjpg", ["force_format", "jpeg"]],
  ["tjpeg", ["force_format", "jpeg"]],
  ["tpng", ["force_format", "png"]],
  ["webp", ["force_format", "webp"]],
  ["twebp", ["force_format", "webp"]],
  ["png-lossless", ["q_png", "lossless"]],
]);

const placeholders: ReadonlySet<string> = new Set(["", "n", "none", "x"]);
const numberedFilter = /^(webp-lossy-|png-lossy-|[a-z]+)(-?\d{1,15}(?:\.\d+)?)$/;

/**
 * Reads filters joined by dots. The last of several that set one parameter wins; what is no filter is left out with a
 * note, as v6 ignored it (`q_auto`). A transparent background is v7's default, so `backtransparent` only takes a color
 * back; a quality for one format that is also the quality of all says nothing.
 *
 * @param segment percent-decoded, without a signature
 * @see reference/cloudimage.md section 14
 */
export function readFilters(segment: string): FiltersReading {
  const pairs = new Map<string, string>();
  const notes: Note[] = [];
  let isTransparent = false;
  for (const word of splitWords(segment.toLowerCase())) {
    const pair = readFilter(word);
    if (pair) pairs.set(...pair);
    else if (word === "backtransparent") isTransparent = true;
    else if (!placeholders.has(word)) notes.push(ignored(word.slice(0, 40), word, "a filter of v6"));
  }
  if (isTransparent) pairs.delete("bg_color");
  for (const name of ["q_webp", "q_png"]) {
    if (pairs.get(name) === pairs.get("q")) pairs.delete(name);
  }
  return { pairs, notes };
}

/** True if a segment names something, be it a filter or not. */
export function hasFilters(segment: string): boolean {
  return segment.split(".").some((word) => !placeholders.has(word.toLowerCase()));
}

/** The dot also stands in decimals: `fsharp1.5.q80` is two filters. */
function splitWords(segment: string): string[] {
  const found: string[] = [];
  for (const word of segment.split(".")) {
    const last = found.at(-1);
    const isDecimal = last !== undefined && /^\d+$/.test(word) && !last.includes(".") && isNumbered(last);
    if (isDecimal) found[found.length - 1] = `${last}.${word}`;
    else found.push(word);
  }
  return found;
}

function isNumbered(word: string): boolean {
  return numbered.has(numberedFilter.exec(word)?.[1] ?? "");
}

function readFilter(word: string): readonly [name: string, value: string] | null {
  const [, color] = /^c([0-9a-f]{6}|[0-9a-f]{3})$/.exec(word) ?? [];
  if (color !== undefined) return ["bg_color", color];
  const [, filter = "", value = ""] = numberedFilter.exec(word) ?? [];
  const name = numbered.get(filter);
  return name === undefined ? (words.get(word) ?? null) : [name, value];
}
