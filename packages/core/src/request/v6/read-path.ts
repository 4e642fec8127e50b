import { FreshetError } from "../../errors.ts";
import type { Note } from "../../ops/note.ts";
import { isEncodedUrl, type OriginText, splitOriginText } from "../origin-text.ts";
import { decodeText, type QueryPair } from "../query.ts";
import { hasFilters, readFilters } from "./filters.ts";
import { ignored } from "./ignored.ts";
import { makePair } from "./pair.ts";
import { type PathParts, splitPathV6 } from "./path-parts.ts";
import { readSize } from "./size.ts";
import { isMarkName, readWatermarkV6 } from "./watermark.ts";

/** A URL of v6 or v4, said in v7. */
export interface ReadingV6 {
  /** The original, with the query that belongs to it. */
  readonly origin: OriginText;
  /** What the URL asks for: the query of its v7 equivalent. */
  readonly pairs: readonly QueryPair[];
  /** What was left out or could not be said exactly. */
  readonly notes: readonly Note[];
}

/**
 * Reads a raw path `/{operation}/{size}/{filters}/{origin}`, or v4's `/s/{operation}/{size}/{origin}`.
 *
 * @throws FreshetError `bad_path` if the path is not of this grammar, or names no original
 * @see {@link readPartsV6}
 */
export function readPathV6(rawPath: string, pairs: readonly QueryPair[]): ReadingV6 {
  const parts = splitPathV6(rawPath);
  if (!parts)
    throw new FreshetError("bad_path", "the path is not of the form /operation/size/filters/origin");
  return readPartsV6(parts, pairs);
}

/**
 * Reads a path that was recognized as v6 or v4.
 *
 * Of the query only `mark_…` is ours, the rest goes to the origin (row 32 of the reference's section 17). `cdn` ignores
 * filters, `cdno` applies them (row 34); a watermark is laid on by both.
 *
 * @param pairs of the query behind the path, as `splitQuery` gives them
 * @throws FreshetError `bad_path` if the path names no original
 * @see reference/cloudimage.md section 14
 */
export function readPartsV6(parts: PathParts, pairs: readonly QueryPair[]): ReadingV6 {
  const size = readSize(parts.operation, decodeText(parts.size));
  const filters = filtersOf(parts);
  const mark = readWatermarkV6(pairs, size.outputWidth);
  const said = [...size.pairs, ...filters.pairs].map(([name, value]) => makePair(name, value));
  return {
    origin: readOrigin(parts, pairs),
    pairs: [...said, ...mark.pairs],
    notes: [...size.notes, ...filters.notes, ...mark.notes],
  };
}

function filtersOf({ operation, filters }: PathParts): ReturnType<typeof readFilters> {
  const segment = decodeText(filters);
  if (operation !== "cdn") return readFilters(segment);
  const notes = hasFilters(segment)
    ? [ignored("cdn", segment, "no filters: it delivers as is, cdno applies them")]
    : [];
  return { pairs: new Map(), notes };
}

function readOrigin({ version, origin }: PathParts, pairs: readonly QueryPair[]): OriginText {
  const path = origin.replace(/^\/+/, "");
  if (path === "") {
    const form = version === "v6" ? "/operation/size/filters/origin" : "/s/operation/size/origin";
    throw new FreshetError("bad_path", `the path names no original: a ${version} path is ${form}`);
  }
  const text = isEncodedUrl(path) ? splitOriginText(decodeText(path)) : { path, query: "" };
  return { path: text.path, query: joinQuery([text.query, ...originPairs(pairs).map(({ raw }) => raw)]) };
}

/** What of a query belongs to the original. */
export function originPairs(pairs: readonly QueryPair[]): readonly QueryPair[] {
  return pairs.filter(({ name }) => !isMarkName(name));
}

/** Joins parts of a query; empty ones do not count. */
export function joinQuery(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("&");
}
