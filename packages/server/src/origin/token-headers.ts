import { isWithin, namedHosts, type TokenSettings } from "@freshet/core";

const none: Readonly<Record<string, string>> = {};

/**
 * Headers of a token for one URL. They are the way into origins that are closed to others, and anybody can write a URL:
 * so they go to the hosts that the token's prefix, aliases and allowed domains name, and to no other. A storage has
 * headers of its own.
 */
export function tokenHeaders(url: string, settings: TokenSettings): Readonly<Record<string, string>> {
  if (Object.keys(settings.originHeaders).length === 0 || url.startsWith("storage://")) return none;
  const { host } = new URL(url);
  const isAllowed = settings.allowedDomains?.some((domain) => isWithin(host, domain.toLowerCase()));
  return isAllowed || namedHosts(settings).has(host) ? settings.originHeaders : none;
}
