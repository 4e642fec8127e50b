import { limits } from "../../limits.ts";
import { isEncodedUrl, type OriginText } from "../origin-text.ts";
import { splitQuery } from "../query.ts";
import { isTaken } from "../taken-pair.ts";
import { encodeOdd } from "./encode.ts";

/** An original's place in a v7 URL. */
export interface PrintedAddress {
  /** Without a leading slash. */
  readonly path: string;
  /** The original's own, without `?`; empty if there is none, or if it is in the path. */
  readonly query: string;
  /** The path is one percent-encoded text: `ci_url_encoded=1` must say so. */
  readonly isEncoded: boolean;
}

/**
 * Spells an original as it was asked for, or, where v7 would read that as something else, encoded as a whole.
 * @param others number of the parameters that will stand beside it
 */
export function printAddress(address: OriginText, others: number): PrintedAddress {
  const path = encodeOdd(address.path);
  const query = encodeOdd(address.query);
  const isPlain = !/^v7m\//.test(path) && !isEncodedUrl(path) && isLeftAlone(query, others);
  if (isPlain) return { path, query, isEncoded: false };
  const whole = query === "" ? path : `${path}?${query}`;
  return { path: encodeURIComponent(whole), query: "", isEncoded: true };
}

/** True for a query that reaches the original as it is. */
function isLeftAlone(query: string, others: number): boolean {
  if (query === "") return true;
  if (query.split("&").length + others > limits.queryPairs) return false;
  const pairs = splitQuery(query);
  return !pairs.some(isTaken) && pairs.map(({ raw }) => raw).join("&") === query;
}
