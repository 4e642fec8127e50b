import { FreshetError } from "../errors.ts";
import type { Sha1 } from "./sha1.ts";
import { signedPart, signedPartV6, withoutSignature } from "./signature.ts";
import { joinUrl, splitUrl } from "./url-parts.ts";
import { splitPathV6 } from "./v6/path-parts.ts";

/** What a URL is signed or sealed with. */
export interface SigningKey {
  readonly salt: string;
  readonly sha1: Sha1;
  /** Length of the signature, 6 to 40 hex digits; default 40. */
  readonly digits?: number;
}

/**
 * Signs a v7 or v6 URL as Cloudimage's own clients do; a signature that is there is replaced.
 *
 * @param url with or without scheme and host
 * @throws FreshetError `bad_path` for a v4 URL, which has no place for a signature
 * @see reference/cloudimage.md section 11.1
 */
export function signUrl(url: string, { salt, sha1, digits = 40 }: SigningKey): string {
  const whole = splitUrl(url);
  const parts = splitPathV6(whole.path);
  if (!parts) {
    const signature = sha1(`${salt}/${signedPart(whole.path, whole.query ?? "")}`).slice(0, digits);
    const query = withoutSignature(whole.query ?? "");
    return joinUrl({ ...whole, query: `${query === "" ? "" : `${query}&`}ci_sign=${signature}` });
  }
  if (parts.version === "v4") throw new FreshetError("bad_path", "a v4 URL has no place for a signature");
  const filters = parts.filters === "" ? "n" : parts.filters;
  const signature = sha1(salt + signedPartV6({ ...parts, filters })).slice(0, digits);
  const path = `/${parts.operation}/${parts.size}/${filters}@${signature}/${parts.origin}`;
  return joinUrl({ ...whole, path });
}
