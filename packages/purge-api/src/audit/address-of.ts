import ipaddr from "ipaddr.js";

/** Where a request came from, as an IP address; `null` where nobody knows. */
export type AddressOf = (request: Request) => string | null;

/**
 * The address at the other end of the connection. Where that is a proxy that is trusted, the last one in
 * `X-Forwarded-For` that is no such proxy: what stands before it was written by whoever asked, and proves nothing.
 *
 * @param trusted addresses and networks such as `10.0.0.0/8`
 * @param peerOf the other end of the connection
 */
export function createAddressOf(trusted: readonly string[], peerOf: AddressOf): AddressOf {
  const networks = trusted.map(readNetwork);
  const isTrusted = (address: Address) =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));

  return (request) => {
    const peer = readAddress(peerOf(request) ?? "");
    if (!peer) return null;
    const forwarded = (request.headers.get("x-forwarded-for") ?? "").split(",").reverse();
    let nearest = peer;
    for (const entry of forwarded) {
      const next = isTrusted(nearest) ? readAddress(entry.trim()) : null;
      if (!next) break;
      nearest = next;
    }
    return nearest.toString();
  };
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv4 inside IPv6 is IPv4. */
function readAddress(text: string): Address | null {
  return ipaddr.isValid(text) ? ipaddr.process(text) : null;
}

/** @throws RangeError if it is neither an address nor a network */
export function readNetwork(text: string): [Address, number] {
  const address = readAddress(text);
  if (address) return [address, address.kind() === "ipv4" ? 32 : 128];
  try {
    return ipaddr.parseCIDR(text);
  } catch (cause) {
    throw new RangeError(`${JSON.stringify(text)} is no address and no network`, { cause });
  }
}
