import type { Note } from "../../ops/note.ts";
import type { QueryPair } from "../query.ts";
import { ignored } from "./ignored.ts";
import { makePair } from "./pair.ts";

/** A watermark of v6 in pairs of v7; no pairs if there is none. */
export interface WatermarkReading {
  readonly pairs: readonly QueryPair[];
  readonly notes: readonly Note[];
}

const known: ReadonlySet<string> = new Set([
  "mark_url",
  "mark_width",
  "mark_height",
  "mark_alpha",
  "mark_pos",
  "mark_size",
  "mark_pad",
]);

const decimal = /^\d{1,15}(?:\.\d+)?$/;

/** True for the parameters of v6's watermark, which never belong to the original. */
export function isMarkName(name: string): boolean {
  return name.startsWith("mark_");
}

/**
 * Reads `mark_…`: of repeated parameters the last counts, and without `mark_url` none does.
 *
 * `mark_width` is in pixels of the result, which v7 cannot say: it becomes a share of the result's width where that is
 * known, and is left out where it is not. The watermark keeps its ratio, so `mark_height` is left out beside it, and
 * alone, since v7 has no share of the height only. `mark_size`, a share already, wins over both. The unit of `mark_pad`
 * is not documented; it is read as v7's, pixels.
 *
 * @param pairs of the query; others than `mark_…` are not looked at
 * @param outputWidth pixels
 * @see reference/cloudimage.md sections 5 and 14
 */
export function readWatermarkV6(pairs: readonly QueryPair[], outputWidth: number | null): WatermarkReading {
  const marks = new Map<string, QueryPair>();
  for (const pair of pairs) if (isMarkName(pair.name)) marks.set(pair.name, pair);
  if (marks.size === 0) return { pairs: [], notes: [] };
  const notes = [...marks.values()]
    .filter(({ name }) => !known.has(name))
    .map(({ name, value }) => ignored(name.slice(0, 40), value, "a watermark parameter of v6"));
  const url = marks.get("mark_url");
  if (!url || url.value.trim() === "") {
    const others = [...marks.values()].filter(({ name }) => known.has(name));
    return {
      pairs: [],
      notes: [...notes, ...others.map(({ name, value }) => ignored(name, value, "mark_url with an address"))],
    };
  }
  const read = [makePair("wat", "1"), renamed("wat_url", url)];
  const position = marks.get("mark_pos");
  if (position) read.push(renamed("wat_gravity", position));
  const scale = readScale(marks, outputWidth, notes);
  if (scale !== null) read.push(makePair("wat_scale", scale));
  const pad = marks.get("mark_pad");
  if (pad) read.push(renamed("wat_pad", pad));
  const opacity = readOpacity(marks.get("mark_alpha"), notes);
  if (opacity !== null) read.push(makePair("wat_opacity", opacity));
  return { pairs: read, notes };
}

/** The same value, in its own spelling. */
function renamed(name: string, { value, raw }: QueryPair): QueryPair {
  const equals = raw.indexOf("=");
  return makePair(name, value, equals === -1 ? "" : raw.slice(equals + 1));
}

function readScale(
  marks: ReadonlyMap<string, QueryPair>,
  outputWidth: number | null,
  notes: Note[],
): string | null {
  const size = marks.get("mark_size");
  const [, percent] = /^(\d{1,15}(?:\.\d+)?)pp?$/i.exec(size?.value ?? "") ?? [];
  if (size && percent === undefined)
    notes.push(ignored("mark_size", size.value, "percent of the result, Npp"));
  const [width, height] = [marks.get("mark_width"), marks.get("mark_height")];
  if (percent !== undefined) {
    for (const pair of [width, height]) {
      if (pair) notes.push(ignored(pair.name, pair.value, "no size in pixels beside mark_size"));
    }
    return `${percent}p`;
  }
  if (height) notes.push(ignored("mark_height", height.value, "mark_width: the ratio is kept"));
  if (!width) return null;
  const pixels = decimal.test(width.value) ? Number(width.value) : 0;
  if (pixels === 0 || outputWidth === null || outputWidth === 0) {
    notes.push(
      ignored("mark_width", width.value, "pixels, with an operation that says how wide the result is"),
    );
    return null;
  }
  return `${Math.round((pixels / outputWidth) * 10_000) / 100}p`;
}

function readOpacity(alpha: QueryPair | undefined, notes: Note[]): string | null {
  if (!alpha) return null;
  if (decimal.test(alpha.value)) return String(Math.round(Number(alpha.value)) / 100);
  notes.push(ignored("mark_alpha", alpha.value, "percent from 0 to 100"));
  return null;
}
