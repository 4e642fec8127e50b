import { filterOps } from "../ops/filter-ops.ts";
import { ops } from "../ops/index.ts";
import { decodeBase64 } from "./base64.ts";
import { decodeText, type QueryPair, splitQuery } from "./query.ts";
import { matchesDigits } from "./same-text.ts";
import type { SignedTarget } from "./signature.ts";
import { looksLikeV6 } from "./v6/path-parts.ts";

/** The seal that a query carries, right or not; `null` if there is none. */
export function sealOf(pairs: readonly QueryPair[]): string | null {
  return pairs.findLast(({ name }) => name === "ci_seal")?.value ?? null;
}

/**
 * Whether a v7 target is sealed with one of the salts: `ci_seal` is the SHA-1, or its first 6 to 40 digits, of origin,
 * `ci_eqs` and salt. Clients differ in the origin's leading slash, in whether it is decoded, and in the padding of
 * `ci_eqs`, so every form is tried. Text that is not base64 of UTF-8 cannot be sealed. v6 has no seals.
 *
 * Nothing separates origin and `ci_eqs` in what is hashed. That is Cloudimage's format: where an origin takes no notice
 * of what a path ends in, a sealed URL's `ci_eqs` can be moved there, and what it seals is then not asked for.
 *
 * @throws FreshetError `bad_query` for more parameters than a query may have
 * @see reference/cloudimage.md section 11.2
 */
export function checkSeal({ rawPath, rawQuery, salts, sha1 }: SignedTarget): boolean {
  if (looksLikeV6(rawPath)) return false;
  const pairs = splitQuery(rawQuery);
  const seal = sealOf(pairs);
  const sealed = sealedPair(pairs);
  if (seal === null || (sealed && decodeBase64(sealed.value) === null)) return false;
  return matchesDigits(seal, sealedTexts(originForms(rawPath), base64Forms(sealed), salts), sha1);
}

/**
 * The pairs of a query with those that are sealed into `ci_eqs`, which win over the rest: a pair beside them that
 * speaks of something they speak of is left out, whatever its spelling. A watermark is one thing: where any of it is
 * sealed, none of it can be added, or `wat_opacity=0` would undo it. Whether the seal is right is not asked here.
 *
 * @throws FreshetError `bad_query` for more sealed parameters than a query may have
 * @see reference/cloudimage.md section 11.2
 */
export function openSeal(pairs: readonly QueryPair[]): readonly QueryPair[] {
  const sent = sealedPair(pairs);
  const text = sent ? decodeBase64(sent.value) : null;
  if (text === null) return pairs;
  const sealed = splitQuery(text);
  const taken = subjectsOf(sealed);
  return [...pairs.filter((pair) => !taken.has(subjectOf(pair))), ...sealed];
}

/**
 * What of a preset may be added to a query whose parameters are sealed. Whoever sealed a preset's name sealed all of it;
 * one that was added later must not undo what is sealed, nor by a list of filters one of them.
 *
 * @param sent as in the URL, `ci_eqs` included
 */
export function addableBeside(
  sent: readonly QueryPair[],
  preset: readonly QueryPair[],
): readonly QueryPair[] {
  const pair = sealedPair(sent);
  const sealed = pair ? splitQuery(decodeBase64(pair.value) ?? "") : [];
  if (sealed.length === 0 || sealed.some(({ name }) => name === "p")) return preset;
  const taken = subjectsOf(sealed);
  return preset.filter(
    (pair) => !taken.has(subjectOf(pair)) && !filtersIn(pair).some((name) => taken.has(name)),
  );
}

/** The origin of a v7 path as seals name it: as sent, without `/v7` and leading slashes. */
export function sealedOrigin(rawPath: string): string {
  return rawPath.replace(/^\/+/, "").replace(/^v7(?:\/+|$)/, "");
}

function sealedPair(pairs: readonly QueryPair[]): QueryPair | undefined {
  return pairs.findLast(({ name }) => name === "ci_eqs");
}

/** Decoding would make another original of `a%2520b.jpg`. */
function originForms(rawPath: string): string[] {
  const sent = sealedOrigin(rawPath);
  const forms = /%25/.test(sent) ? [sent] : [sent, decodeText(sent)];
  return [...new Set(forms)].flatMap((form) => [form, `/${form}`]);
}

function base64Forms(pair: QueryPair | undefined): string[] {
  if (!pair) return [""];
  const bare = pair.value.replace(/=+$/, "");
  const padded = bare.padEnd(Math.ceil(bare.length / 4) * 4, "=");
  return [...new Set([pair.raw.slice(pair.raw.indexOf("=") + 1), bare, padded])];
}

/** An empty salt would let everybody seal. */
function* sealedTexts(
  origins: readonly string[],
  encoded: readonly string[],
  salts: readonly string[],
): Iterable<string> {
  for (const salt of salts) {
    if (salt === "") continue;
    for (const origin of origins) for (const text of encoded) yield origin + text + salt;
  }
}

const namesOfSpellings: ReadonlyMap<string, string> = new Map(
  ops.flatMap(({ name, aliases }) => [name, ...aliases].map((spelling) => [spelling, name] as const)),
);

function subjectsOf(pairs: readonly QueryPair[]): ReadonlySet<string> {
  const subjects = new Set(pairs.flatMap((pair) => [subjectOf(pair), ...filtersIn(pair)]));
  // A quality for one format only would undo the one for all.
  return subjects.has("q") ? subjects.add("q_webp").add("q_png") : subjects;
}

/** What a pair speaks of: an operation by its first name, or the name itself. */
function subjectOf({ name }: QueryPair): string {
  if (/^wat(?:$|_|\[)/.test(name)) return "wat";
  return namesOfSpellings.get(name) ?? name;
}

/** A filter of its own would win over the list that is sealed. */
function filtersIn({ name, value }: QueryPair): string[] {
  if (name !== "f") return [];
  const named = new Set(value.split(",").map((part) => part.replace(/:.*$/s, "").trim().toLowerCase()));
  return filterOps
    .filter((op) => [op.name, ...op.aliases].some((spelling) => named.has(spelling)))
    .map((op) => op.name);
}
