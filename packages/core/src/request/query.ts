import { FreshetError } from "../errors.ts";
import { limits } from "../limits.ts";

/** One `name=value` of a query; `raw` is the pair as it was sent, for what is passed on to the origin. */
export interface QueryPair {
  readonly name: string;
  readonly value: string;
  readonly raw: string;
}

/**
 * Splits a raw query (without `?`) into pairs, as forgiving as published clients need it: empty pairs are dropped
 * (`?&a=1&&b=2`), `&amp;` counts as `&`, and the `&` that some clients forget after `ci_url_encoded=1` is put back.
 *
 * @throws FreshetError `bad_query` beyond {@link limits.queryPairs} pairs
 * @see reference/cloudimage.md section 1, "Clients also emit"
 */
export function splitQuery(query: string): QueryPair[] {
  const pairs: QueryPair[] = [];
  const decode = query.includes("%") ? decodeText : asItIs;
  for (const part of putBackAmpersand(query).split("&")) {
    const raw = part.startsWith("amp;") ? part.slice(4) : part;
    if (raw === "") continue;
    if (pairs.length === limits.queryPairs) {
      throw new FreshetError("bad_query", `more than ${limits.queryPairs} parameters`);
    }
    const equals = raw.indexOf("=");
    pairs.push(
      equals === -1
        ? { name: decode(raw), value: "", raw }
        : { name: decode(raw.slice(0, equals)), value: decode(raw.slice(equals + 1)), raw },
    );
  }
  return pairs;
}

function asItIs(text: string): string {
  return text;
}

function putBackAmpersand(query: string): string {
  if (!query.includes("ci_url_encoded=1")) return query;
  return query.replace(/(^|&)(ci_url_encoded=1)(?=[a-z_])/, "$1$2&");
}

/** Percent-decodes; a text that is not valid percent-encoded UTF-8 stays as it is. `+` is left alone. */
export function decodeText(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
