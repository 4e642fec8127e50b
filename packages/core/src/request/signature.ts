import { decodeText, type QueryPair, splitQuery } from "./query.ts";
import { matchesDigits } from "./same-text.ts";
import type { Sha1 } from "./sha1.ts";
import { type PathParts, splitPathV6 } from "./v6/path-parts.ts";

/** A request target and what it is checked with. */
export interface SignedTarget {
  /** As sent. */
  readonly rawPath: string;
  /** As sent, without `?`; empty if there is none. */
  readonly rawQuery: string;
  /** Any of them may have been used: while keys rotate, two are valid. */
  readonly salts: readonly string[];
  readonly sha1: Sha1;
}

/**
 * The signature that a target carries, right or not: `ci_sign` of v7, or what stands behind the `@` of a v6 path.
 * @returns `null` if there is none; v4 knows none
 */
export function signatureOf(rawPath: string, rawQuery: string): string | null {
  const parts = splitPathV6(rawPath);
  if (parts) return parts.signature;
  const pair = rawQuery.split("&").findLast(isSignPair);
  return pair === undefined ? null : pair.slice(pair.indexOf("=") + 1);
}

/**
 * Whether a target is signed with one of the salts.
 *
 * v7: `ci_sign` is the SHA-1, or its first 6 to 40 digits, of salt and path and query, without `ci_sign` itself and
 * without `/v7`, the rest byte for byte; with or without a leading slash. v6: of salt and the path without the
 * signature; the query is not signed. Both are tried as sent and then percent-decoded.
 *
 * Decoding is not tried where it would make a separator: `/a.jpg?w=9%26wat=1` decodes to what was signed for
 * `/a.jpg?w=9&wat=1`, but means a picture without a watermark.
 *
 * @throws FreshetError `bad_query` for more parameters than a query may have
 * @see reference/cloudimage.md section 11.1, rows 21 and 24 of section 17
 */
export function checkSignature({ rawPath, rawQuery, salts, sha1 }: SignedTarget): boolean {
  const digits = signatureOf(rawPath, rawQuery);
  if (digits === null) return false;
  const parts = splitPathV6(rawPath);
  const texts = parts ? signedTextsV6(parts) : signedTextsV7(rawPath, rawQuery);
  return matchesDigits(digits, salted(salts, texts), sha1);
}

/** What is signed of a v7 target: path and query as sent, without `/v7`, leading slashes and `ci_sign`. */
export function signedPart(rawPath: string, rawQuery: string): string {
  const path = rawPath.replace(/^\/+/, "").replace(/^v7(?:\/+|$)/, "");
  const query = withoutSignature(rawQuery);
  return query === "" ? path : `${path}?${query}`;
}

/** A raw query without its `ci_sign`, the rest byte for byte. */
export function withoutSignature(rawQuery: string): string {
  return rawQuery
    .split("&")
    .filter((part) => !isSignPair(part))
    .join("&");
}

/** What is signed of a v6 path. */
export function signedPartV6({ operation, size, filters, origin }: PathParts): string {
  return `/${operation}/${size}/${filters}/${origin}`;
}

function isSignPair(part: string): boolean {
  return /^(?:amp;)?ci_sign=/.test(part);
}

function signedTextsV7(rawPath: string, rawQuery: string): string[] {
  const sent = signedPart(rawPath, rawQuery);
  const texts = new Set([sent]);
  if (sent.includes("%") && !makesSeparator(sent)) texts.add(decodeParts(sent));
  return [...texts].flatMap((text) => [`/${text}`, text]);
}

/** True if a target says something else once it is decoded. The plus is there because it may mean a space. */
function makesSeparator(target: string): boolean {
  const [path, query] = splitTarget(target);
  if (/%(?:25|3f)/i.test(path) || /%2b/i.test(query)) return true;
  const decoded = splitQuery(decodeText(query));
  const sent = splitQuery(query);
  const isSame = ({ name, value }: QueryPair, at: number) =>
    name === decoded[at]?.name && value === decoded[at]?.value;
  return sent.length !== decoded.length || !sent.every(isSame);
}

function decodeParts(target: string): string {
  const [path, query] = splitTarget(target);
  return decodeText(path) + (query === "" ? "" : `?${decodeText(query)}`);
}

function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

function signedTextsV6(parts: PathParts): string[] {
  const sent = signedPartV6(parts);
  const isAmbiguous = /%(?:25|3f)/i.test(sent) || /%2f/i.test(parts.filters);
  return isAmbiguous ? [sent] : [...new Set([sent, decodeText(sent)])];
}

/** An empty salt would let everybody sign. */
function* salted(salts: readonly string[], texts: readonly string[]): Iterable<string> {
  for (const salt of salts) {
    if (salt === "") continue;
    for (const text of texts) yield salt + text;
  }
}
