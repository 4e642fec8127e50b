import { FreshetError, isWithin, resolveAddress, type TokenSettings } from "@freshet/core";

const none: Readonly<Record<string, string>> = {};

/** Hosts that the settings of a token name themselves: looked up once for each reading of the settings. */
const namedHosts = new WeakMap<TokenSettings, ReadonlySet<string>>();

/**
 * Headers of a token for one URL. They are the way into origins that are closed to others, and anybody can write a URL:
 * so they go to the hosts that the token's prefix, aliases and allowed domains name, and to no other. A storage has
 * headers of its own.
 */
export function tokenHeaders(url: string, settings: TokenSettings): Readonly<Record<string, string>> {
  if (Object.keys(settings.originHeaders).length === 0 || url.startsWith("storage://")) return none;
  const { host } = new URL(url);
  const isAllowed = settings.allowedDomains?.some((domain) => isWithin(host, domain.toLowerCase()));
  return isAllowed || hostsOf(settings).has(host) ? settings.originHeaders : none;
}

function hostsOf(settings: TokenSettings): ReadonlySet<string> {
  const known = namedHosts.get(settings);
  if (known) return known;
  const paths = Object.keys(settings.aliases).map((alias) => `${alias}/a`);
  if (settings.originPrefix !== null) paths.push("a");
  const hosts = new Set(paths.flatMap((path) => urlsOf(path, settings)).map((url) => new URL(url).host));
  namedHosts.set(settings, hosts);
  return hosts;
}

/** An alias for a part of a path names no host. */
function urlsOf(path: string, settings: TokenSettings): readonly string[] {
  try {
    return resolveAddress(path, settings).urls;
  } catch (error) {
    if (error instanceof FreshetError) return [];
    throw error;
  }
}
