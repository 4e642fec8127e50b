import { FreshetError } from "../errors.ts";
import { isEncodedUrl, type OriginText, splitOriginText } from "./origin-text.ts";
import { decodeText } from "./query.ts";

/**
 * Reads a raw path of the forms `/{origin}` and `/v7/{origin}`; any number of slashes may lead.
 *
 * @param encoded `ci_url_encoded=1` was given: the origin is one percent-encoded text. An origin that starts with an
 *   encoded scheme (`https%3A%2F%2F…`) can be nothing else and is decoded without being told.
 * @throws FreshetError `bad_path` for an empty origin, `not_implemented` for `/v7m/` (another vendor's path syntax)
 * @see reference/cloudimage.md section 1
 */
export function readPathV7(rawPath: string, encoded: boolean): OriginText {
  const path = rawPath.replace(/^\/*(?:v7(?:\/+|$))?/, "");
  if (/^v7m\//.test(path)) {
    throw new FreshetError("not_implemented", "paths in another vendor's syntax (/v7m/) are not translated");
  }
  if (path === "") throw new FreshetError("bad_path", "the path names no original");
  return encoded || isEncodedUrl(path) ? splitOriginText(decodeText(path)) : { path, query: "" };
}
