import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Note } from "../ops/note.ts";
import { readOptions } from "../ops/read-options.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { isCloudimageName } from "./foreign-names.ts";
import { type OriginRef, resolveOrigin } from "./origin-key.ts";
import { readPathV7 } from "./path-v7.ts";
import { type QueryPair, splitQuery } from "./query.ts";
import { refuseNotes } from "./refuse-notes.ts";
import type { TokenSettings } from "./token.ts";
import { readWatermarks } from "./watermarks.ts";

/** A URL, understood: which original, which version of it, and what to do to it. */
export interface ParsedRequest {
  readonly token: string;
  readonly origin: OriginRef;
  /** Originals of the watermarks that are images, each once; the plan counts them from 0. */
  readonly watermarks: readonly OriginRef[];
  /** Value of `vh`, empty if none: another value is another pointer to the same original. */
  readonly version: string;
  readonly plan: Plan;
  /** What was ignored or clamped, and why: deliveries never fail because of a parameter, unless the token is strict. */
  readonly notes: readonly Note[];
}

/**
 * Reads a request target of the v7 grammar.
 *
 * @param target raw path and query as sent, e.g. `/v7/sample.li/flat.jpg?w=500&vh=2`
 * @throws FreshetError `path_too_long`, `bad_path`, `bad_query` or `not_implemented`; with a strict token also
 *   `bad_parameters`
 * @see reference/cloudimage.md sections 1, 12, 16 and 17
 */
export function parseRequest(target: string, token: TokenSettings): ParsedRequest {
  if (target.length > limits.urlChars) {
    throw new FreshetError(
      "path_too_long",
      `a URL may have ${limits.urlChars} characters, this one has ${target.length}`,
    );
  }
  const mark = target.indexOf("?");
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const pairs = mark === -1 ? [] : splitQuery(target.slice(mark + 1));

  const text = readPathV7(rawPath, lastValue(pairs, "ci_url_encoded") === "1");
  const { options, foreign, notes } = readOptions(pairs);
  const own = foreign.filter((pair) => !isCloudimageName(pair.name)).map((pair) => pair.raw);
  const query = [text.query, ...own].filter((part) => part !== "").join("&");
  const origin = resolveOrigin(text.path, query, token);
  const marks = readWatermarks(options, token);
  const allNotes = [...notes, ...marks.notes];
  if (token.strict) refuseNotes(allNotes);
  return {
    token: token.name,
    origin,
    watermarks: marks.originals,
    version: lastValue(pairs, "vh") ?? "",
    plan: makePlan(options, { ...token, watermarks: marks.watermarks }),
    notes: allNotes,
  };
}

function lastValue(pairs: readonly QueryPair[], name: string): string | undefined {
  return pairs.findLast((pair) => pair.name === name)?.value;
}
