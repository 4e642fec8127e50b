import { FreshetError } from "../errors.ts";
import { encodeBase64 } from "./base64.ts";
import { splitQuery } from "./query.ts";
import { sealedOrigin } from "./seal.ts";
import type { SigningKey } from "./sign-url.ts";
import { joinUrl, splitUrl } from "./url-parts.ts";
import { looksLikeV6 } from "./v6/path-parts.ts";
import { joinQuery } from "./v6/read-path.ts";

/**
 * Seals parameters of a v7 URL as Cloudimage's documentation does it; a seal that is there is replaced.
 *
 * @param url with or without scheme and host
 * @param sealed names of the parameters that nobody may change; the others stay open
 * @throws FreshetError `bad_path` for a v6 URL, which has no seals; `bad_query`
 * @see reference/cloudimage.md section 11.2
 */
export function sealUrl(
  url: string,
  sealed: readonly string[],
  { salt, sha1, digits = 40 }: SigningKey,
): string {
  const whole = splitUrl(url);
  if (looksLikeV6(whole.path)) throw new FreshetError("bad_path", "a v6 URL cannot be sealed");
  const pairs = splitQuery(whole.query ?? "").filter(({ name }) => name !== "ci_eqs" && name !== "ci_seal");
  const raws = (isSealed: boolean) =>
    pairs.filter(({ name }) => sealed.includes(name) === isSealed).map(({ raw }) => raw);
  const encoded = encodeBase64(joinQuery(raws(true)));
  const seal = sha1(sealedOrigin(whole.path) + encoded + salt).slice(0, digits);
  const query = joinQuery([...raws(false), encoded && `ci_eqs=${encoded}`, `ci_seal=${seal}`]);
  return joinUrl({ ...whole, query });
}
