import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { FreshetError } from "@freshet/core";
import ipaddr from "ipaddr.js";

const publicIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Finds the addresses that a URL's host may be fetched from. */
export interface AddressGuard {
  /**
   * Resolves the host once; the connection must go to one of the addresses that are returned, or a name server could
   * answer differently the second time.
   *
   * @returns IP addresses without brackets, at least one, in the order in which they are to be tried: IPv4 first, since
   *   more networks lack IPv6 than admit it
   * @throws FreshetError `origin_refused` for an address that is not public, `origin_unreachable` for an unknown host
   */
  resolve(url: URL): Promise<readonly string[]>;
}

/**
 * Refuses every address that is not a public unicast one: loopback, private, link-local (cloud metadata), carrier NAT,
 * multicast, reserved, and IPv4 hidden in IPv6 (mapped, NAT64, 6to4, Teredo).
 *
 * @param allowed `host` or `host:port` as they stand in URLs, brackets optional, that may be local; `*` allows all
 */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const names = new Set(allowed.map(withoutBrackets));

  function mayBeLocal(url: URL): boolean {
    const host = withoutBrackets(url.hostname);
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    return names.has("*") || names.has(host) || names.has(`${host}:${port}`);
  }

  return {
    async resolve(url) {
      const host = withoutBrackets(url.hostname);
      const found = isIP(host) ? [host] : await lookUp(host);
      const usable = mayBeLocal(url) ? found : found.filter(isPublic);
      if (usable.length > 0) return usable;
      throw new FreshetError("origin_refused", `${host} is at an address that is not public`);
    },
  };
}

/** `[::1]:80` → `::1:80`: only compared, never parsed again. */
function withoutBrackets(host: string): string {
  return host.toLowerCase().replace(/[[\]]/g, "");
}

async function lookUp(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.sort((a, b) => a.family - b.family).map(({ address }) => address);
  } catch (cause) {
    throw new FreshetError("origin_unreachable", `the host ${host} is not known`, { cause });
  }
}

function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  // All public IPv6 is in 2000::/3 (RFC 4291 section 2.4); outside of it are forms such as `::127.0.0.1`.
  if (address instanceof ipaddr.IPv6 && !address.match(publicIPv6)) return false;
  return address.range() === "unicast";
}
