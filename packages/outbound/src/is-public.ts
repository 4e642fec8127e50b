import ipaddr from "ipaddr.js";

const publicIPv6 = ipaddr.IPv6.parseCIDR("2000::/3");

/**
 * Whether an address is one that everybody may reach: no loopback, private, link-local (cloud metadata), carrier NAT,
 * multicast or reserved one, and no IPv4 hidden in IPv6 (mapped, NAT64, 6to4, Teredo, ISATAP).
 *
 * @param text an IP address without brackets; anything else is not public
 */
export function isPublic(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv6) {
    // All public IPv6 is in 2000::/3 (RFC 4291 section 2.4); outside of it are forms such as `::127.0.0.1`.
    if (!address.match(publicIPv6) || isIsatap(address)) return false;
  }
  return address.range() === "unicast";
}

/** Interface identifiers that carry an IPv4 address to which a router would send it on (RFC 5214 section 6.1). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return ((parts[4] as number) & 0xfdff) === 0 && parts[5] === 0x5efe;
}
