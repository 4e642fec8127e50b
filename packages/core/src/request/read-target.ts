import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Note } from "../ops/note.ts";
import { layOptions, readOptions, type SaidOptions } from "../ops/read-options.ts";
import type { Options } from "../plan/options.ts";
import { isCloudimageName } from "./foreign-names.ts";
import type { OriginText } from "./origin-text.ts";
import { readPathV7 } from "./path-v7.ts";
import { decodeText, type QueryPair, splitQuery } from "./query.ts";
import { addableBeside, openSeal } from "./seal.ts";
import type { TokenSettings } from "./token.ts";
import { tokenQueries } from "./token-queries.ts";
import { splitPathV6 } from "./v6/path-parts.ts";
import { readPartsV6 } from "./v6/read-path.ts";

/** A target in the words of v7, whichever grammar it was written in. */
export interface TargetReading {
  readonly origin: OriginText;
  readonly version: string;
  /** What the URL says itself. */
  readonly said: SaidOptions;
  /** What the preset says that it names; `null` if there is none. */
  readonly preset: SaidOptions | null;
  readonly notes: readonly Note[];
}

/**
 * Tells v6 and v4 from v7 and reads either.
 * @throws FreshetError `path_too_long`, `bad_path`, `bad_query` or `not_implemented`
 * @see reference/cloudimage.md row 1 of section 17
 */
export function readTarget(target: string, token: TokenSettings): TargetReading {
  if (target.length > limits.urlChars) {
    throw new FreshetError(
      "path_too_long",
      `a URL may have ${limits.urlChars} characters, this one has ${target.length}`,
    );
  }
  const mark = target.indexOf("?");
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const pairs = mark === -1 ? [] : splitQuery(target.slice(mark + 1));
  const parts = splitPathV6(rawPath);
  if (!parts) return readV7(rawPath, pairs, token);
  const { origin, pairs: saidPairs, notes } = readPartsV6(parts, pairs);
  const said = readOptions(saidPairs);
  return { origin, version: "", said, preset: null, notes: [...notes, ...said.notes] };
}

function readV7(rawPath: string, sent: readonly QueryPair[], token: TokenSettings): TargetReading {
  const pairs = token.security.kind === "seal" ? openSeal(sent) : sent;
  const text = readPathV7(rawPath, lastValue(pairs, "ci_url_encoded") === "1");
  const said = readOptions(pairs);
  const query = said.foreign.length === 0 ? text.query : originQuery(text.query, said.foreign);
  const { preset, notes } = readPreset(pairs, sent, token);
  return {
    origin: { path: text.path, query },
    version: lastValue(pairs, "vh") ?? "",
    said,
    preset,
    notes: [...said.notes, ...notes],
  };
}

/** What stood in the encoded origin, and the pairs that are nobody else's. */
function originQuery(encoded: string, foreign: readonly QueryPair[]): string {
  const own = foreign.filter((pair) => !isCloudimageName(pair.name)).map((pair) => pair.raw);
  return [encoded, ...own].filter((part) => part !== "").join("&");
}

function readPreset(
  pairs: readonly QueryPair[],
  sent: readonly QueryPair[],
  token: TokenSettings,
): { preset: SaidOptions | null; notes: readonly Note[] } {
  const name = lastValue(pairs, "p");
  if (name === undefined) return { preset: null, notes: [] };
  const found = tokenQueries(token).presets.get(name);
  if (!found) {
    const refusal = `${JSON.stringify(name.slice(0, 80))} given, expected the name of a preset of this token`;
    return { preset: null, notes: [{ parameter: "p", text: "ignored: there is no such preset", refusal }] };
  }
  if (token.security.kind !== "seal") return { preset: found.said, notes: [] };
  const added = addableBeside(sent, found.pairs);
  return { preset: added === found.pairs ? found.said : readOptions(added), notes: [] };
}

/**
 * Everything that is wished for: preset before URL before rules (row 23 of the reference's section 17).
 * @param pathname of the original, percent-encoded
 * @param notes takes a word about what is left out
 */
export function wishesOf(
  { said, preset }: TargetReading,
  pathname: string,
  token: TokenSettings,
  notes: Note[],
): Options {
  const layers = preset === null ? [said] : [said, preset];
  if (token.rules.length === 0) return layOptions(layers, notes);
  return layOptions([...ruledFor(pathname, token), ...layers], notes);
}

/**
 * What the rules say that match an original, in their order.
 * @param pathname of the original, percent-encoded
 */
export function ruledFor(pathname: string, token: TokenSettings): readonly SaidOptions[] {
  const path = decodeText(pathname);
  const matching = tokenQueries(token).rules.filter(({ match }) => path.includes(match));
  return matching.map(({ said }) => said);
}

function lastValue(pairs: readonly QueryPair[], name: string): string | undefined {
  return pairs.findLast((pair) => pair.name === name)?.value;
}
