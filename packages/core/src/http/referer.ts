import { FreshetError } from "../errors.ts";
import { isWithin } from "../request/host.ts";

/**
 * Refuses pictures to pages of other hosts. Who sends no `Referer` is answered: links, mails, apps, and browsers whose
 * users or pages want it so send none, and whoever wants to get past this only has to leave it away.
 *
 * @param referer value of the request's `Referer`, `null` if absent
 * @param allowed hosts, each with all its subdomains; `null` = any page may
 * @param ownHosts hosts under which the pictures themselves are: a browser that is shown one asks for it again
 * @throws FreshetError `referer_refused`
 * @see reference/cloudimage.md section 11.3
 */
export function checkReferer(
  referer: string | null,
  allowed: readonly string[] | null,
  ownHosts: readonly string[],
): void {
  if (allowed === null || referer === null || referer.trim() === "") return;
  const page = URL.parse(referer);
  const host = page?.protocol === "https:" || page?.protocol === "http:" ? page.host : null;
  const mayShow = (domain: string) => host !== null && isWithin(host, domain.toLowerCase());
  if (allowed.some(mayShow) || (host !== null && ownHosts.includes(host))) return;
  throw new FreshetError("referer_refused", "pictures of this address are shown on certain pages only");
}
