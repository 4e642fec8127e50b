import { FreshetError } from "../../errors.ts";
import { looksLikeHost } from "../host.ts";
import { isEncodedUrl } from "../origin-text.ts";
import { type QueryPair, splitQuery } from "../query.ts";
import { isTaken } from "../taken-pair.ts";
import { joinUrl, splitUrl, type UrlParts } from "../url-parts.ts";
import { looksLikeV6, type PathParts, splitPathV6 } from "./path-parts.ts";
import { joinQuery, originPairs, type ReadingV6, readPartsV6 } from "./read-path.ts";

/** A URL in the words of v7. */
export interface Translation {
  readonly url: string;
  /** What could not be said in v7, or not exactly, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Says a v6 or v4 URL in v7: same scheme and host, the original spelled as it was. Where the original has a query whose
 * names v7 would take for its own, the original is percent-encoded as a whole, with `ci_url_encoded=1`.
 *
 * @param url with or without scheme and host: `https://h/width/300/n/…`, `h/width/300/n/…`, `/width/300/n/…`
 * @returns a URL that is not v6 as it is, with a note that says so
 * @throws FreshetError `bad_path` for a URL that no server could answer
 * @see reference/cloudimage.md section 14, rows 1 and 32 to 34 of section 17
 */
export function translateV6(url: string): Translation {
  const place = splitPlace(url);
  const parts = splitPathV6(place.path);
  if (!parts) return { url, notes: ["it is not a v6 or v4 URL, so it stays as it is"] };
  const pairs = readQuery(place.query ?? "");
  const reading = readPartsV6(parts, pairs);
  return {
    url: joinUrl({ ...place, ...sayInV7(parts, reading, originPairs(pairs)) }),
    notes: [
      ...signatureNotes(parts),
      ...reading.pairs.filter(({ name }) => ownNames.has(name)).map(ownNote),
      ...reading.notes.map(({ parameter, text }) => `${parameter} ${text}`),
    ],
  };
}

/** People leave the scheme away, and a doubled slash before the path is not a host. */
function splitPlace(url: string): UrlParts {
  const whole = splitUrl(url);
  if (whole.base !== "" && !looksLikeV6(whole.path) && looksLikeV6(url)) {
    return { ...splitUrl(url.replace(/^\/+/, "/")), base: "" };
  }
  if (whole.base !== "" || looksLikeV6(whole.path)) return whole;
  const [, host = "", path = ""] = /^([^/]+)(\/.*)$/s.exec(whole.path) ?? [];
  return looksLikeHost(host) ? { ...whole, base: host, path } : whole;
}

function readQuery(query: string): QueryPair[] {
  try {
    return splitQuery(query);
  } catch (error) {
    if (error instanceof FreshetError) throw new FreshetError("bad_path", error.detail, { cause: error });
    throw error;
  }
}

function sayInV7(
  parts: PathParts,
  { origin, pairs }: ReadingV6,
  own: readonly QueryPair[],
): Pick<UrlParts, "path" | "query"> {
  const said = pairs.map(({ raw }) => raw);
  const spelled = parts.origin.replace(/^\/+/, "");
  const mustEncode = own.some(isTaken) || (/^v7m\//.test(spelled) && !isEncodedUrl(spelled));
  if (!mustEncode) {
    const query = joinQuery([...own.map(({ raw }) => raw), ...said]);
    return { path: `/v7/${spelled}`, query: query === "" ? null : query };
  }
  const whole = origin.query === "" ? origin.path : `${origin.path}?${origin.query}`;
  return { path: `/v7/${encodeOrigin(whole)}`, query: joinQuery([...said, "ci_url_encoded=1"]) };
}

function encodeOrigin(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new FreshetError("bad_path", "the URL contains half of a surrogate pair");
  }
}

function signatureNotes({ signature }: PathParts): string[] {
  return signature === null
    ? []
    : [`@${signature} left out: a signature of v6 does not fit another URL, sign the new one`];
}

const ownNames: ReadonlySet<string> = new Set(["q_webp", "q_png"]);

function ownNote({ raw }: QueryPair): string {
  return `${raw} is a parameter of Freshet's own: Cloudimage's v7 has no quality for one format only`;
}
