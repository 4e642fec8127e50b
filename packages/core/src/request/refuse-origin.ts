import { FreshetError } from "../errors.ts";
import type { Delivery } from "./delivery.ts";
import { isWithin } from "./host.ts";
import { namedHosts } from "./named-hosts.ts";
import type { LocatedOrigin } from "./origin-key.ts";
import type { TokenSettings } from "./token.ts";

/** True for an original that would be asked of this server itself, as this token's. */
export function isOwnHost({ host, hostFromUrl }: LocatedOrigin, token: TokenSettings): boolean {
  return hostFromUrl && host !== null && token.hosts.includes(host);
}

/**
 * Judges a redirect, which an origin may send anybody anywhere by: what a token does not take from a URL, an origin must
 * not bring in either. The host that was asked first was judged already, so it may go on redirecting to itself.
 *
 * @param first what was asked
 * @param next where it, or one of the redirects after it, leads
 * @throws FreshetError `origin_refused`
 */
export function refuseRedirect(first: URL, next: URL, token: TokenSettings, kind: Delivery["kind"]): void {
  const [from, to] = [hostOf(first), hostOf(next)];
  if (from === to) return;
  if (token.hosts.includes(to)) {
    throw new FreshetError("origin_refused", `${from} redirects to ${to}, which is this server itself`);
  }
  const { allowedDomains, proxyAnywhere } = token;
  const isListed = (host: string) => allowedDomains?.some((domain) => isWithin(host, domain)) ?? false;
  if (allowedDomains === null ? kind === "image" || proxyAnywhere : isListed(to)) return;
  // Only for a host that no image may come from: the copy of an original is one for both kinds.
  const isAnywhere = kind === "proxy" && proxyAnywhere && !isListed(from) && !namedHosts(token).has(from);
  if (isAnywhere) return;
  throw new FreshetError(
    "origin_refused",
    `${from} redirects to ${to}, which is not among the allowed domains of this token`,
  );
}

/** As in the key of an original: without a trailing dot or a scheme's own port. */
function hostOf({ hostname, port }: URL): string {
  const name = hostname.replace(/\.$/, "");
  return port === "" || port === "443" || port === "80" ? name : `${name}:${port}`;
}

/**
 * Refuses what a token does not allow to be fetched: a host that a URL names must lie in one of `allowedDomains`, and
 * an alias must be listed by its own name. Where the token's prefix leads is the operator's choice and needs no entry.
 *
 * `func=proxy` passes on whatever it finds, pages with scripts included, under the token's own host. So it is stricter:
 * without a list it takes no host from a URL, unless the token says `proxyAnywhere`, which then ignores the list too.
 *
 * A watermark, and a file to pass on, is not looked for at this server itself.
 *
 * @throws FreshetError `origin_refused`
 * @see reference/cloudimage.md section 11.3, rows 22 and 35 of section 17
 */
export function refuseOrigin(located: LocatedOrigin, token: TokenSettings, kind: Delivery["kind"]): void {
  const { host, hostFromUrl, aliases } = located;
  if (isOwnHost(located, token)) {
    throw new FreshetError("origin_refused", `${host} is this server itself: name the original`);
  }
  if (kind === "proxy" && token.proxyAnywhere) return;
  if (token.allowedDomains === null) {
    if (kind === "image" || !hostFromUrl) return;
    throw new FreshetError(
      "origin_refused",
      `func=proxy does not pass on from ${host}: it takes aliases, the token's prefix and its allowed domains`,
    );
  }
  const unlisted = aliases.find((name) => !token.allowedDomains?.includes(name));
  if (unlisted !== undefined) {
    throw new FreshetError("origin_refused", `${unlisted} is not among the allowed domains of this token`);
  }
  if (hostFromUrl && host !== null && !token.allowedDomains.some((domain) => isWithin(host, domain))) {
    throw new FreshetError("origin_refused", `${host} is not among the allowed domains of this token`);
  }
}
