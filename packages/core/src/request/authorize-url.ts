import { FreshetError } from "../errors.ts";
import { splitQuery } from "./query.ts";
import { checkSeal, sealOf } from "./seal.ts";
import type { Sha1 } from "./sha1.ts";
import { checkSignature, signatureOf } from "./signature.ts";
import { looksLikeV6 } from "./v6/path-parts.ts";

/** How a token protects its URLs: signatures and seals exclude each other. */
export type UrlSecurity =
  | { readonly kind: "open" }
  /** Several salts are valid at once while keys rotate. */
  | { readonly kind: "signature" | "seal"; readonly salts: readonly string[] };

/**
 * Lets a request pass whose URL is signed or sealed as its token wants it, before anything is fetched for it.
 *
 * @param target raw path and query as sent
 * @throws FreshetError `signature_missing`, `signature_wrong`, `seal_missing`, `seal_wrong`, or `bad_query`
 * @see reference/cloudimage.md section 11, rows 21 and 22 of section 17
 */
export function authorizeUrl(target: string, security: UrlSecurity, sha1: Sha1): void {
  if (security.kind === "open") return;
  const mark = target.indexOf("?");
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const rawQuery = mark === -1 ? "" : target.slice(mark + 1);
  const signed = { rawPath, rawQuery, salts: security.salts, sha1 };
  if (security.kind === "signature") {
    if (signatureOf(rawPath, rawQuery) === null) {
      throw new FreshetError("signature_missing", "only signed URLs are answered here");
    }
    if (!checkSignature(signed))
      throw new FreshetError("signature_wrong", "the URL does not fit its signature");
    return;
  }
  if (looksLikeV6(rawPath) || sealOf(splitQuery(rawQuery)) === null) {
    throw new FreshetError("seal_missing", "only sealed URLs are answered here");
  }
  if (!checkSeal(signed)) throw new FreshetError("seal_wrong", "the URL does not fit its seal");
}
